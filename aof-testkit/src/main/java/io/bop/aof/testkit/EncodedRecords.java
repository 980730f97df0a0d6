package io.bop.aof.testkit;

import io.bop.aof.AppendRequest;
import io.bop.aof.format.HeadersCodec;
import io.bop.aof.format.RecordChecksum;
import io.bop.aof.format.RecordLayout;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Records as they stand in a segment, made from requests by an encoder that is not the engine's, to
 * compare with. Confined to one thread.
 */
public final class EncodedRecords {

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final List<Integer> positions = new ArrayList<>();
  private final long salt;
  private long nextOffset;

  /** No records yet; the first one gets that offset. */
  public EncodedRecords(long salt, long firstOffset) {
    this.salt = salt;
    this.nextOffset = firstOffset;
  }

  /** Adds a record; its time is 0 unless the request has one. */
  public EncodedRecords add(AppendRequest request) {
    return add(request, false);
  }

  /**
   * Adds a record.
   *
   * @param batchMore whether the next one belongs to the same batch
   */
  public EncodedRecords add(AppendRequest request, boolean batchMore) {
    byte[] key = request.key();
    byte[] headers = HeadersCodec.encode(request.headers());
    Long timestamp = request.timestampMicros();
    int keyLength = key == null ? 0 : key.length;
    int flags =
        (batchMore ? RecordLayout.FLAG_BATCH_MORE : 0)
            | (key == null ? 0 : RecordLayout.FLAG_KEY)
            | (request.extId().isPresent() ? RecordLayout.FLAG_EXT_ID : 0);
    int size =
        RecordLayout.HEADER_SIZE
            + (request.extId().isPresent() ? RecordLayout.EXT_ID_SIZE : 0)
            + keyLength
            + headers.length
            + request.payload().length;
    ByteBuffer record =
        ByteBuffer.allocate(RecordLayout.padded(size)).order(ByteOrder.LITTLE_ENDIAN);
    record.position(RecordLayout.TIMESTAMP_AT);
    record.putLong(timestamp == null ? 0 : timestamp);
    record.putShort((short) flags).putShort((short) keyLength).putInt(headers.length);
    request.extId().ifPresent(record::putLong);
    if (key != null) {
      record.put(key);
    }
    record.put(headers).put(request.payload());
    return append(record, size);
  }

  /**
   * Adds {@code PADDING}.
   *
   * @param size at least 32
   */
  public EncodedRecords addPadding(int size, long timestamp) {
    ByteBuffer record =
        ByteBuffer.allocate(RecordLayout.padded(size)).order(ByteOrder.LITTLE_ENDIAN);
    record.putLong(RecordLayout.TIMESTAMP_AT, timestamp);
    record.putShort(RecordLayout.FLAGS_AT, (short) RecordLayout.FLAG_PADDING);
    return append(record, size);
  }

  /** All records, without a header page in front. */
  public byte[] bytes() {
    return out.toByteArray();
  }

  /** Number of records. */
  public int count() {
    return positions.size();
  }

  /** Index of a record's first byte in {@link #bytes}; of {@link #count}: their end. */
  public int positionOf(int record) {
    return record == positions.size() ? out.size() : positions.get(record);
  }

  /** The offset that the next record gets. */
  public long nextOffset() {
    return nextOffset;
  }

  private EncodedRecords append(ByteBuffer record, int size) {
    CRC32C crc = new CRC32C();
    crc.update(record.array(), RecordLayout.CRC_FROM, size - RecordLayout.CRC_FROM);
    record.putInt(RecordLayout.SIZE_AT, size);
    record.putInt(
        RecordLayout.CHECKSUM_AT, RecordChecksum.of((int) crc.getValue(), size, salt, nextOffset));
    record.putLong(RecordLayout.OFFSET_AT, nextOffset);
    positions.add(out.size());
    out.writeBytes(record.array());
    nextOffset++;
    return this;
  }
}
