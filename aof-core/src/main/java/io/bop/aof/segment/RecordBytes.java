package io.bop.aof.segment;

import io.bop.aof.format.RecordChecksum;
import io.bop.aof.format.RecordLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * One record on its way into a segment: everything that does not depend on its place, the CRC
 * included. Used again and again by one thread; the parts are shared with the caller until the
 * append ends.
 */
public final class RecordBytes {

  private static final byte[] NONE = new byte[0];
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /*
   * A small record of nothing but a payload is put together in an array, which takes one CRC call
   * and one copy. From about 256 bytes on the second copy costs more than the calls that it saves.
   */
  private static final int LARGEST_STAGED = 256;

  private final byte[] staged =
      new byte[RecordLayout.padded(RecordLayout.HEADER_SIZE + LARGEST_STAGED)];
  private boolean isStaged;

  /* Timestamp, lengths and ext id as they stand in the record: what the CRC begins with. */
  private final byte[] head = new byte[Long.BYTES * 3];
  private final CRC32C checksum = new CRC32C();

  private int flags;
  private long timestamp;
  private long extId;
  private byte[] key = NONE;
  private byte[] headers = NONE;
  private byte[] payload = NONE;
  private int payloadAt;
  private int payloadLength;
  private int size;
  private int crc;

  /** A record of a payload and nothing else. */
  public void set(long timestampMicros, byte[] source, int at, int length) {
    if (length > LARGEST_STAGED) {
      set(timestampMicros, 0, 0, NONE, NONE, source, at, length);
      return;
    }
    timestamp = timestampMicros;
    flags = 0;
    key = NONE;
    headers = NONE;
    payload = source;
    payloadAt = at;
    payloadLength = length;
    size = RecordLayout.HEADER_SIZE + length;
    LONG.set(staged, RecordLayout.padded(size) - Long.BYTES, 0L);
    LONG.set(staged, RecordLayout.TIMESTAMP_AT, timestampMicros);
    LONG.set(staged, RecordLayout.FLAGS_AT, 0L);
    System.arraycopy(source, at, staged, RecordLayout.HEADER_SIZE, length);
    checksum.reset();
    checksum.update(staged, RecordLayout.CRC_FROM, size - RecordLayout.CRC_FROM);
    crc = (int) checksum.getValue();
    isStaged = true;
  }

  /**
   * A record of all parts.
   *
   * @param recordFlags {@link RecordLayout#FLAG_EXT_ID} and {@link RecordLayout#FLAG_BATCH_MORE} as
   *     they apply; the key's flag is added here
   */
  public void set(
      long timestampMicros,
      int recordFlags,
      long id,
      byte[] recordKey,
      byte[] encodedHeaders,
      byte[] source,
      int at,
      int length) {
    timestamp = timestampMicros;
    flags = recordKey.length == 0 ? recordFlags : recordFlags | RecordLayout.FLAG_KEY;
    extId = id;
    key = recordKey;
    headers = encodedHeaders;
    payload = source;
    payloadAt = at;
    payloadLength = length;
    size = sizeOf(recordFlags, recordKey.length, encodedHeaders.length, length);
    isStaged = false;
    seal();
  }

  /** Size of a record in bytes, padding excluded. */
  public static int sizeOf(int recordFlags, int keyLength, int headersLength, int payloadLength) {
    int ext = (recordFlags & RecordLayout.FLAG_EXT_ID) == 0 ? 0 : RecordLayout.EXT_ID_SIZE;
    return RecordLayout.HEADER_SIZE + ext + keyLength + headersLength + payloadLength;
  }

  private void seal() {
    LONG.set(head, 0, timestamp);
    LONG.set(head, Long.BYTES, lengths());
    int length = 2 * Long.BYTES;
    if ((flags & RecordLayout.FLAG_EXT_ID) != 0) {
      LONG.set(head, length, extId);
      length += Long.BYTES;
    }
    checksum.reset();
    checksum.update(head, 0, length);
    if (key.length > 0) {
      checksum.update(key, 0, key.length);
    }
    if (headers.length > 0) {
      checksum.update(headers, 0, headers.length);
    }
    checksum.update(payload, payloadAt, payloadLength);
    crc = (int) checksum.getValue();
  }

  private long lengths() {
    return flags | (long) key.length << 16 | (long) headers.length << 32;
  }

  /** Size in bytes, padding excluded. */
  public int size() {
    return size;
  }

  /** Size in bytes, padding included. */
  public int paddedSize() {
    return RecordLayout.padded(size);
  }

  /** Lets go of the caller's arrays. */
  public void clear() {
    key = NONE;
    headers = NONE;
    payload = NONE;
  }

  /** Writes the record; absolute access only. */
  void write(ByteBuffer target, int at, long offset, long salt) {
    int sum = RecordChecksum.of(crc, size, salt, offset);
    int padded = RecordLayout.padded(size);
    if (isStaged) {
      LONG.set(staged, RecordLayout.SIZE_AT, (long) sum << 32 | size);
      LONG.set(staged, RecordLayout.OFFSET_AT, offset);
      target.put(at, staged, 0, padded);
      return;
    }
    if (padded != size) {
      target.putLong(at + padded - Long.BYTES, 0);
    }
    target.putLong(at + RecordLayout.SIZE_AT, (long) sum << 32 | size);
    target.putLong(at + RecordLayout.OFFSET_AT, offset);
    target.putLong(at + RecordLayout.TIMESTAMP_AT, timestamp);
    target.putLong(at + RecordLayout.FLAGS_AT, lengths());
    int to = at + RecordLayout.HEADER_SIZE;
    if ((flags & RecordLayout.FLAG_EXT_ID) != 0) {
      target.putLong(to, extId);
      to += Long.BYTES;
    }
    if (key.length > 0) {
      target.put(to, key);
      to += key.length;
    }
    if (headers.length > 0) {
      target.put(to, headers);
      to += headers.length;
    }
    target.put(to, payload, payloadAt, payloadLength);
  }

  /** Writes a record of {@code paddedSize} bytes that only fills its offset. */
  static void writePadding(ByteBuffer target, int at, int paddedSize, long offset, long salt) {
    RecordBytes filler = new RecordBytes();
    filler.set(
        0,
        RecordLayout.FLAG_PADDING,
        0,
        NONE,
        NONE,
        new byte[paddedSize - RecordLayout.HEADER_SIZE],
        0,
        paddedSize - RecordLayout.HEADER_SIZE);
    filler.write(target, at, offset, salt);
  }
}
