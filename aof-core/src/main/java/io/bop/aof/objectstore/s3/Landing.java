package io.bop.aof.objectstore.s3;

import io.bop.aof.objectstore.ObjectMetadata;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Where the bytes of one read go. Bytes arrive on the threads of connections, and only those of the
 * download that has the say: what a connection that was given up still brings is dropped, so that
 * nothing is written once the caller has its buffer back. Thread-safe; guarded by this.
 */
final class Landing {

  /** Of a body that does not say how long it is; it doubles. */
  private static final int FIRST_SIZE = 64 * 1024;

  private @Nullable ByteBuffer dst;
  private @Nullable Object owner;
  private @Nullable String etag;
  private String crc32c = "";
  private long received;
  private boolean growing;

  /** Into that buffer, from its position to its limit; null: into one that is made to fit. */
  Landing(@Nullable ByteBuffer dst) {
    this.dst = dst;
  }

  /** From now on bytes are taken from that download only; null: from none. */
  synchronized void owner(@Nullable Object download) {
    owner = download;
  }

  /** How many bytes have landed. */
  synchronized long received() {
    return received;
  }

  /** Whether there is no room left; false while it is not known how much there is to come. */
  synchronized boolean isFull() {
    return dst != null && !growing && !dst.hasRemaining();
  }

  /** Whether it must be told how much there is to come. */
  synchronized boolean isUnsized() {
    return dst == null;
  }

  /**
   * Learns of what is coming.
   *
   * @param size of the whole object; negative: the end will tell
   * @param newCrc32c of the whole object, as its metadata have it; empty: they have none
   * @return false when it is another object than the one that bytes have landed from
   */
  synchronized boolean announce(Object download, String newEtag, long size, String newCrc32c) {
    if (owner != download) {
      return true;
    }
    if (dst == null) {
      growing = size < 0;
      dst = ByteBuffer.allocate(growing ? FIRST_SIZE : (int) size);
    }
    boolean same = etag == null || etag.equals(newEtag);
    etag = newEtag;
    crc32c = newCrc32c;
    return same;
  }

  /**
   * Takes what there is room for.
   *
   * @return whether all was taken, or is none of this download's business any more
   */
  synchronized boolean take(Object download, ByteBuffer bytes) {
    if (owner != download || dst == null) {
      return true;
    }
    if (growing && dst.remaining() < bytes.remaining()) {
      int most = Math.max(dst.position() + bytes.remaining(), dst.capacity() * 2);
      dst = ByteBuffer.allocate(most).put(dst.flip());
    }
    int fits = Math.min(bytes.remaining(), dst.remaining());
    received += fits;
    dst.put(bytes.slice(bytes.position(), fits));
    bytes.position(bytes.position() + fits);
    return !bytes.hasRemaining();
  }

  /** There is no more to come from that download. */
  synchronized void ended(Object download) {
    if (owner == download && growing && dst != null) {
      growing = false;
      dst = ByteBuffer.wrap(Arrays.copyOf(dst.array(), dst.position()));
      dst.position(dst.limit());
    }
  }

  /** Whether what landed is what the metadata of the object say, as far as they say something. */
  synchronized boolean isIntact() {
    CRC32C crc = new CRC32C();
    crc.update(bytes());
    return crc32c.isEmpty() || crc32c.equals(ObjectMetadata.crc32cText((int) crc.getValue()));
  }

  /** The array of a buffer that was made to fit. */
  synchronized byte[] bytes() {
    return dst == null ? new byte[0] : dst.array();
  }
}
