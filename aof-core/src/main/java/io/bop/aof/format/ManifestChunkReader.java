package io.bop.aof.format;

import io.bop.aof.UnsupportedFormatException;
import io.bop.aof.format.ManifestRecord.ChunkSealed;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Walks the records of one chunk, each checked. Confined to one thread.
 *
 * <p>After {@link Step#RECORD} the accessors describe the record; after {@link Step#TORN} and
 * {@link Step#BAD} they tell where and why.
 */
public final class ManifestChunkReader {

  /** What {@link #next} found. */
  public enum Step {
    /** A whole, valid record. */
    RECORD,
    /** The chunk ends here. */
    END,
    /** No valid record starts here: a torn tail, or damage. */
    TORN,
    /** The checksum holds and the content makes no sense: never a torn tail. */
    BAD
  }

  private final byte[] bytes;
  private final int end;
  private final ManifestChunkHeader header;
  private int position;
  private int next = ManifestChunkHeaderCodec.SIZE;
  private @Nullable ManifestRecord record;
  private boolean sealed;
  private String reason = "";

  /**
   * Reads the header at once.
   *
   * @param length valid bytes of the array
   * @param file named in errors
   * @throws UnsupportedFormatException when a newer version wrote the chunk
   * @throws MalformedException when the header is damaged
   */
  public ManifestChunkReader(byte[] bytes, int length, String file) {
    this.bytes = bytes;
    this.end = length;
    this.header = ManifestChunkHeaderCodec.decode(bytes, length, file);
  }

  /** The chunk's header. */
  public ManifestChunkHeader header() {
    return header;
  }

  /** Goes to the next record. */
  public Step next() {
    position = next;
    record = null;
    if (position == end) {
      return Step.END;
    }
    if (sealed) {
      reason = "bytes behind the end of a sealed chunk";
      return Step.BAD;
    }
    int size = ManifestRecordCodec.check(bytes, position, end);
    if (size <= 0) {
      reason = size == 0 ? "record ends early" : "record checksum mismatch";
      return Step.TORN;
    }
    try {
      ManifestRecord found = ManifestRecordCodec.decode(bytes, position, size);
      if (found instanceof ChunkSealed seal) {
        sealed = true;
        if (!fits(seal)) {
          reason = "chunk differs from its seal";
          return Step.BAD;
        }
      }
      record = found;
      next = position + size;
      return Step.RECORD;
    } catch (MalformedException e) {
      reason = String.valueOf(e.getMessage());
      return Step.BAD;
    }
  }

  private boolean fits(ChunkSealed seal) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, position);
    return seal.length() == position && seal.crc32c() == (int) crc.getValue();
  }

  /** The record; only after {@link Step#RECORD}. */
  public ManifestRecord record() {
    if (record == null) {
      throw new IllegalStateException("not on a record: position=" + position);
    }
    return record;
  }

  /** Where the record, or what is wrong, begins. */
  public int position() {
    return position;
  }

  /** Position behind the last valid record. */
  public int validLength() {
    return next;
  }

  /** Whether the chunk's seal was reached. */
  public boolean sealed() {
    return sealed;
  }

  /** What was wrong. */
  public String reason() {
    return reason;
  }

  /**
   * The seal in the last bytes, without a look at what is before it; null when there is none. A
   * chunk that ends in a seal was complete, so that damage in it is no torn tail.
   */
  public static @Nullable ChunkSealed sealAtEnd(byte[] bytes, int length) {
    int at = length - ManifestRecordLayout.CHUNK_SEALED_SIZE;
    if (at < ManifestChunkHeaderCodec.SIZE
        || ManifestRecordCodec.check(bytes, at, length) != ManifestRecordLayout.CHUNK_SEALED_SIZE) {
      return null;
    }
    try {
      int size = ManifestRecordLayout.CHUNK_SEALED_SIZE;
      ManifestRecord last = ManifestRecordCodec.decode(bytes, at, size);
      return last instanceof ChunkSealed seal && seal.length() == at ? seal : null;
    } catch (MalformedException e) {
      return null;
    }
  }
}
