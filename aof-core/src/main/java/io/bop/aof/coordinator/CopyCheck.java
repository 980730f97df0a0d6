package io.bop.aof.coordinator;

import io.bop.aof.SegmentState;
import io.bop.aof.Tier;
import io.bop.aof.Tier2UnavailableException;
import io.bop.aof.format.MalformedException;
import io.bop.aof.format.ReasonCode;
import io.bop.aof.io.Disk;
import io.bop.aof.io.DiskFile;
import io.bop.aof.manifest.SegmentEntry;
import io.bop.aof.objectstore.ObjectStoreException;
import io.bop.aof.objectstore.ObjectSummary;
import io.bop.aof.segment.SegmentBytes;
import io.bop.aof.segment.SegmentScan;
import io.bop.aof.tier0.HotCopy;
import io.bop.aof.tier1.WarmFile;
import io.bop.aof.tier1.WarmFiles;
import io.bop.aof.tier2.Tier2;
import io.bop.aof.zstd.RangeSource;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Reads single copies from front to back and says whether they are intact. Thread-safe; holds no
 * lease and no lock between two pieces, so that a slow check holds up nobody.
 */
final class CopyCheck {

  private static final int PIECE = 1024 * 1024;

  private final Parts parts;

  CopyCheck(Parts parts) {
    this.parts = parts;
  }

  /** Told before each piece; may wait. */
  interface Pace {

    /** As fast as it goes. */
    Pace FREE = bytes -> {};

    /**
     * So many bytes are about to be read.
     *
     * @throws IOException when the check must end
     */
    void next(int bytes) throws IOException;
  }

  /** What a check found. */
  sealed interface Finding {

    /**
     * Every byte that counts is what it should be.
     *
     * @param file of Tier 1; null of other tiers
     */
    record Intact(@Nullable WarmFile file) implements Finding {}

    /** It is damaged or missing; reason as in the manifest. */
    record Damaged(int reason, String what) implements Finding {}

    /** It was dropped meanwhile, as it should. */
    record Dropped() implements Finding {}

    /** There is no telling now. */
    record Unknown(String why) implements Finding {}
  }

  /** Ends a check whose copy was dropped. */
  private static final class DroppedException extends IOException {
    private static final long serialVersionUID = 1L;

    DroppedException() {
      super("copy was dropped meanwhile");
    }
  }

  /** Ends a check that could not begin to read. */
  private static final class NotOpenedException extends IOException {
    private static final long serialVersionUID = 1L;

    NotOpenedException(IOException cause) {
      super("copy could not be opened: " + cause.getMessage(), cause);
    }
  }

  /** Reads the copy in that tier. */
  Finding check(SegmentEntry entry, Tier tier, Pace pace) {
    try {
      return switch (tier) {
        case TIER0 -> hot(entry, pace);
        case TIER1 -> warm(entry, pace);
        case TIER2 -> cold(entry, pace);
      };
    } catch (DroppedException e) {
      return new Finding.Dropped();
    } catch (NotOpenedException | InterruptedIOException e) {
      return new Finding.Unknown(String.valueOf(e.getMessage()));
    } catch (ObjectStoreException e) {
      return switch (e.reason()) {
        case MISSING, CORRUPT -> damaged(e.reason().code(), e);
        default -> new Finding.Unknown(String.valueOf(e.getMessage()));
      };
    } catch (Tier2UnavailableException e) {
      return new Finding.Unknown(String.valueOf(e.getMessage()));
    } catch (IOException | MalformedException e) {
      return isDropped(entry, tier) ? new Finding.Dropped() : damaged(ReasonCode.CORRUPT, e);
    }
  }

  private static Finding damaged(int reason, Exception e) {
    return new Finding.Damaged(reason, String.valueOf(e.getMessage()));
  }

  private static Finding missing(Object what) {
    return new Finding.Damaged(ReasonCode.OBJECT_MISSING, "missing: " + what);
  }

  private boolean isDropped(SegmentEntry entry, Tier tier) {
    return switch (tier) {
      case TIER0 -> parts.hotSet().get(entry.streamId(), entry.segmentId()) == null;
      case TIER1 -> !parts.warm().contains(entry.streamId(), entry.segmentId());
      case TIER2 -> false;
    };
  }

  // ---- Tier 0

  private Finding hot(SegmentEntry entry, Pace pace) throws IOException {
    HotCopy copy = parts.hotSet().get(entry.streamId(), entry.segmentId());
    if (copy == null) {
      return new Finding.Dropped();
    }
    if (!parts.host().disk().exists(copy.slot().file())) {
      return missing(copy.slot().file());
    }
    long salt;
    try (SegmentBytes bytes = open(copy)) {
      copy.footer(bytes);
      salt = bytes.salt();
    }
    SegmentScan.Result scan =
        SegmentScan.run(
            (position, dst, offset, length) -> {
              pace.next(length);
              try (SegmentBytes bytes = open(copy)) {
                bytes.read(position, dst, offset, length);
              }
            },
            salt,
            entry.baseOffset(),
            entry.dataEnd());
    boolean whole =
        scan.reason() == null
            && scan.recordCount() == entry.recordCount()
            && scan.recordsCrc() == entry.recordsCrc();
    return whole
        ? new Finding.Intact(null)
        : new Finding.Damaged(
            ReasonCode.CORRUPT,
            scan.reason() + " position=" + scan.stoppedAt() + " file=" + copy.slot().file());
  }

  private SegmentBytes open(HotCopy copy) throws IOException {
    SegmentBytes bytes;
    try {
      bytes = copy.open(parts.host().disk());
    } catch (IOException e) {
      throw new NotOpenedException(e);
    }
    if (bytes == null) {
      throw new DroppedException();
    }
    return bytes;
  }

  // ---- Tier 1

  private Finding warm(SegmentEntry entry, Pace pace) throws IOException {
    Disk disk = parts.host().disk();
    var path = parts.warm().path(entry.streamId(), entry.segmentId());
    if (!parts.warm().contains(entry.streamId(), entry.segmentId())) {
      return new Finding.Dropped();
    }
    if (!disk.exists(path)) {
      return isDropped(entry, Tier.TIER1) ? new Finding.Dropped() : missing(path);
    }
    DiskFile opened;
    try {
      opened = disk.openForRead(path);
    } catch (IOException e) {
      throw new NotOpenedException(e);
    }
    try (DiskFile file = opened) {
      RangeSource source =
          (position, dst, offset, length) -> {
            pace.next(length);
            if (isDropped(entry, Tier.TIER1)) {
              // An open file keeps its blocks, and eviction counts on them.
              throw new DroppedException();
            }
            file.readFully(position, dst, offset, length);
          };
      WarmFiles.Content content =
          parts.warm().verify(entry.streamId(), entry.segmentId(), file.size(), source);
      return isOf(entry, content)
          ? new Finding.Intact(content.file())
          : new Finding.Damaged(ReasonCode.CORRUPT, "file of another segment: file=" + path);
    }
  }

  private static boolean isOf(SegmentEntry entry, WarmFiles.Content content) {
    return content.footer().segmentId() == entry.segmentId()
        && content.footer().nextOffset() == entry.nextOffset()
        && content.footer().recordsCrc() == entry.recordsCrc();
  }

  // ---- Tier 2

  private Finding cold(SegmentEntry entry, Pace pace) throws IOException {
    Tier2 tier2 = parts.tier2();
    if (tier2 == null || entry.state() != SegmentState.UPLOADED) {
      return new Finding.Dropped();
    }
    String key = entry.objectKey();
    Optional<ObjectSummary> found = tier2.head(key);
    if (found.isEmpty()) {
      return missing(key);
    }
    boolean intact = found.get().size() == entry.compressedBytes() && isIntact(tier2, entry, pace);
    return intact
        ? new Finding.Intact(null)
        : new Finding.Damaged(
            ReasonCode.CORRUPT, "wrong bytes: key=" + key + " size=" + found.get().size());
  }

  /* A body may break on its way; what two reads agree on is what is stored. */
  private static boolean isIntact(Tier2 tier2, SegmentEntry entry, Pace pace) throws IOException {
    boolean intact = crc32c(tier2, entry, pace) == entry.objectCrc();
    return intact || crc32c(tier2, entry, pace) == entry.objectCrc();
  }

  private static int crc32c(Tier2 tier2, SegmentEntry entry, Pace pace) throws IOException {
    CRC32C crc = new CRC32C();
    byte[] piece = new byte[(int) Math.min(PIECE, entry.compressedBytes())];
    for (long at = 0; at < entry.compressedBytes(); at += piece.length) {
      int length = (int) Math.min(piece.length, entry.compressedBytes() - at);
      pace.next(length);
      tier2.getRange(entry.objectKey(), at, ByteBuffer.wrap(piece, 0, length));
      crc.update(piece, 0, length);
    }
    return (int) crc.getValue();
  }
}
