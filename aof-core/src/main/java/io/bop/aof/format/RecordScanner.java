package io.bop.aof.format;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * Walks the records in an array, checking each; allocates nothing per record. Confined to one
 * thread.
 *
 * <p>After {@link #advance} returned {@link Step#RECORD} the accessors describe the record it
 * stands on. After any other step the scanner stays in front of the bytes that stopped it.
 */
public final class RecordScanner {

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** What {@link #advance} found. */
  public enum Step {
    /** A whole record, intact. */
    RECORD,
    /** No bytes left. */
    END,
    /** The bytes end within a record whose visible part makes sense. */
    INCOMPLETE,
    /** Lengths, flags, offset or checksum are wrong; see {@link #reason}. */
    BAD
  }

  private final CRC32C crc = new CRC32C();
  private byte[] bytes = new byte[0];
  private int end;
  private int at;
  private int next;
  private long salt;
  private long expectedOffset;
  private int size;
  private int flags;
  private int keyLength;
  private int headersLength;
  private String reason = "";

  /**
   * Stands in front of the first record.
   *
   * @param from index of its first byte
   * @param to first index behind the bytes
   * @param firstOffset the offset that the first record must have
   */
  public void reset(byte[] source, int from, int to, long segmentSalt, long firstOffset) {
    this.bytes = source;
    this.at = from;
    this.next = from;
    this.end = to;
    this.salt = segmentSalt;
    this.expectedOffset = firstOffset;
    this.size = 0;
    this.flags = 0;
    this.keyLength = 0;
    this.headersLength = 0;
    this.reason = "";
  }

  /** Goes to the next record. */
  public Step advance() {
    int start = next;
    int left = end - start;
    if (left < RecordLayout.HEADER_SIZE) {
      return left == 0 ? Step.END : Step.INCOMPLETE;
    }
    // Size and checksum, and all lengths, are one word each.
    long front = (long) LONG.get(bytes, start + RecordLayout.SIZE_AT);
    int recordSize = (int) front;
    long offset = (long) LONG.get(bytes, start + RecordLayout.OFFSET_AT);
    if (recordSize < RecordLayout.HEADER_SIZE
        || recordSize > RecordLayout.MAX_SIZE
        || offset != expectedOffset) {
      return badFront(recordSize, offset);
    }
    int paddedSize = RecordLayout.padded(recordSize);
    if (paddedSize > left) {
      return Step.INCOMPLETE;
    }
    crc.reset();
    crc.update(bytes, start + RecordLayout.CRC_FROM, recordSize - RecordLayout.CRC_FROM);
    int expected = RecordChecksum.of((int) crc.getValue(), recordSize, salt, offset);
    if (expected != (int) (front >>> Integer.SIZE)) {
      return badChecksum(offset);
    }
    long lengths = (long) LONG.get(bytes, start + RecordLayout.FLAGS_AT);
    if (lengths != 0 && !accept(lengths, recordSize)) {
      return Step.BAD;
    }
    at = start;
    size = recordSize;
    flags = (int) lengths & 0xFFFF;
    keyLength = (int) lengths >>> Short.SIZE;
    headersLength = (int) (lengths >>> Integer.SIZE);
    next = start + paddedSize;
    expectedOffset = offset + 1;
    return Step.RECORD;
  }

  private Step badFront(int recordSize, long offset) {
    if (recordSize < RecordLayout.HEADER_SIZE || recordSize > RecordLayout.MAX_SIZE) {
      return bad("bad size: size=" + recordSize);
    }
    return bad("wrong offset: expected=" + expectedOffset + " found=" + offset);
  }

  private Step badChecksum(long offset) {
    return bad("checksum mismatch: offset=" + offset);
  }

  private boolean accept(long lengths, int recordSize) {
    int recordFlags = (int) lengths & 0xFFFF;
    if ((recordFlags & ~RecordLayout.KNOWN_FLAGS) != 0) {
      bad("flags written by a newer version: flags=" + recordFlags);
      return false;
    }
    int keys = (int) lengths >>> Short.SIZE;
    int headers = (int) (lengths >>> Integer.SIZE);
    int extId = (recordFlags & RecordLayout.FLAG_EXT_ID) != 0 ? RecordLayout.EXT_ID_SIZE : 0;
    boolean keyFlag = (recordFlags & RecordLayout.FLAG_KEY) != 0;
    long content = (long) RecordLayout.HEADER_SIZE + extId + keys + headers;
    if (headers < 0 || content > recordSize || keyFlag != keys > 0) {
      bad("lengths do not add up: keyLength=" + keys + " headersLength=" + headers);
      return false;
    }
    return true;
  }

  private Step bad(String why) {
    reason = why;
    return Step.BAD;
  }

  /** What was wrong, after {@link Step#BAD}. */
  public String reason() {
    return reason;
  }

  /** Index of the record's first byte. */
  public int at() {
    return at;
  }

  /** Index of the first byte behind the record and its padding. */
  public int nextAt() {
    return next;
  }

  /** The offset that the next record must have. */
  public long nextOffset() {
    return expectedOffset;
  }

  /** The record's offset. */
  public long offset() {
    return expectedOffset - 1;
  }

  /** The record's size without padding. */
  public int size() {
    return size;
  }

  /** The record's flags. */
  public int flags() {
    return flags;
  }

  /** Whether it only fills its offset. */
  public boolean isPadding() {
    return (flags & RecordLayout.FLAG_PADDING) != 0;
  }

  /** Whether the next record belongs to the same batch. */
  public boolean hasBatchMore() {
    return (flags & RecordLayout.FLAG_BATCH_MORE) != 0;
  }

  /** Whether there is an ext id. */
  public boolean hasExtId() {
    return (flags & RecordLayout.FLAG_EXT_ID) != 0;
  }

  /** Microseconds since the epoch. */
  public long timestamp() {
    return (long) LONG.get(bytes, at + RecordLayout.TIMESTAMP_AT);
  }

  /** The ext id; only with {@link #hasExtId}. */
  public long extId() {
    return (long) LONG.get(bytes, at + RecordLayout.EXT_ID_AT);
  }

  /** Index of the key's first byte. */
  public int keyAt() {
    return at + RecordLayout.HEADER_SIZE + (hasExtId() ? RecordLayout.EXT_ID_SIZE : 0);
  }

  /** Bytes of the key; 0: none. */
  public int keyLength() {
    return keyLength;
  }

  /** Index of the encoded headers' first byte. */
  public int headersAt() {
    return keyAt() + keyLength;
  }

  /** Bytes of the encoded headers; 0: none. */
  public int headersLength() {
    return headersLength;
  }

  /** Index of the payload's first byte. */
  public int payloadAt() {
    return headersAt() + headersLength;
  }

  /** Bytes of the payload. */
  public int payloadLength() {
    return at + size - payloadAt();
  }
}
