package io.bop.aof.tier2;

import io.bop.aof.io.Disk;
import io.bop.aof.io.DiskFile;
import io.bop.aof.objectstore.ObjectBody;
import io.bop.aof.objectstore.ObjectMetadata;
import io.bop.aof.objectstore.ObjectStore;
import io.bop.aof.objectstore.ObjectStoreException;
import io.bop.aof.objectstore.ObjectStoreException.Reason;
import io.bop.aof.objectstore.ObjectSummary;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Looks at what has the key of an unclear put, and says whether it is what was to be put.
 *
 * <p>Size and the {@code aof-crc32c} of the metadata decide against; they decide for only above
 * {@value #COMPARE_UP_TO} bytes. What is smaller is compared byte by byte: the objects of the
 * manifest chain are small, they are the writer's lock, and 32 bits are too few to stake it on.
 */
final class Settlement {

  static final int COMPARE_UP_TO = 16 * 1024 * 1024;

  private static final int PIECE = 256 * 1024;

  private final Disk disk;
  private final ObjectStore store;
  private final String key;
  private final ObjectBody body;

  Settlement(Disk disk, ObjectStore store, String key, ObjectBody body) {
    this.disk = disk;
    this.store = store;
    this.key = key;
    this.body = body;
  }

  /** What a look found. */
  sealed interface Finding {
    /** The bytes that were to be put. */
    record Same() implements Finding {}

    /** Others; {@code difference} says how they differ. */
    record Different(String difference) implements Finding {}
  }

  /** Looks; empty when there is no object. */
  Optional<Finding> look() throws ObjectStoreException {
    Optional<ObjectSummary> found = store.head(key);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(compare(found.get()));
  }

  private Finding compare(ObjectSummary found) throws ObjectStoreException {
    if (found.size() != body.size()) {
      return new Finding.Different("size=" + found.size() + " expectedSize=" + body.size());
    }
    @Nullable String crc32c = found.metadata().get(ObjectMetadata.CRC32C);
    String expected = ObjectMetadata.crc32cText(body.crc32c());
    if (crc32c != null && !crc32c.equals(expected)) {
      return new Finding.Different("crc32c=" + crc32c + " expectedCrc32c=" + expected);
    }
    if (crc32c != null && body.size() > COMPARE_UP_TO) {
      return new Finding.Same();
    }
    Reading reading = read();
    if (reading.firstDifference() < 0) {
      return new Finding.Same();
    }
    requireWhole(crc32c == null ? read().crc32c() : crc32c, reading.crc32c());
    return new Finding.Different("firstDifferenceAt=" + reading.firstDifference());
  }

  /* The first difference is -1 when there is none. */
  private record Reading(long firstDifference, String crc32c) {}

  private Reading read() throws ObjectStoreException {
    CRC32C read = new CRC32C();
    long firstDifference = -1;
    for (long at = 0; at < body.size(); at += PIECE) {
      int length = (int) Math.min(PIECE, body.size() - at);
      ByteBuffer theirs = ByteBuffer.allocate(length);
      store.getRange(key, at, theirs);
      read.update(theirs.flip().duplicate());
      int difference = theirs.mismatch(ours(at, length));
      if (difference >= 0 && firstDifference < 0) {
        firstDifference = at + difference;
      }
    }
    return new Reading(firstDifference, ObjectMetadata.crc32cText((int) read.getValue()));
  }

  /*
   * Other bytes under a key of the manifest fence this writer for good, so a body that was damaged
   * on its way or at rest must not pass for somebody else's.
   */
  private void requireWhole(String expected, String read) throws ObjectStoreException {
    if (!expected.equals(read)) {
      throw new UnclearObjectException(
          "object does not match its own checksum: key="
              + key
              + " crc32c="
              + expected
              + " readCrc32c="
              + read);
    }
  }

  private ByteBuffer ours(long position, int length) throws ObjectStoreException {
    if (body instanceof ObjectBody.OfBytes bytes) {
      return ByteBuffer.wrap(bytes.bytes(), (int) position, length);
    }
    ObjectBody.OfFile file = (ObjectBody.OfFile) body;
    byte[] piece = new byte[length];
    try (DiskFile in = disk.openForRead(file.file())) {
      in.readFully(position, piece, 0, length);
      return ByteBuffer.wrap(piece);
    } catch (IOException e) {
      throw new ObjectStoreException(
          Reason.CORRUPT, "cannot read what is to be put: file=" + file.file(), e);
    }
  }
}
