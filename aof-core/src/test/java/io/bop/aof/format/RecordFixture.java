package io.bop.aof.format;

import io.bop.aof.AppendRequest;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Encodes records for tests, straight from the format's description: it shares nothing with the
 * engine's encoder but the layout's constants and the checksum.
 */
public final class RecordFixture {

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final List<Integer> positions = new ArrayList<>();
  private final long salt;
  private long nextOffset;

  private RecordFixture(long salt, long firstOffset) {
    this.salt = salt;
    this.nextOffset = firstOffset;
  }

  /** No records yet. */
  public static RecordFixture of(long salt, long firstOffset) {
    return new RecordFixture(salt, firstOffset);
  }

  /** Adds a record; time 0 unless the request has one. */
  public RecordFixture add(AppendRequest request) {
    return add(request, 0);
  }

  /** Adds a record that the next one belongs to. */
  public RecordFixture addBatchMore(AppendRequest request) {
    return add(request, RecordLayout.FLAG_BATCH_MORE);
  }

  /** Adds a record of a payload only. */
  public RecordFixture add(byte[] payload) {
    return add(AppendRequest.of(payload));
  }

  /** Adds {@code PADDING} of a size of at least 32. */
  public RecordFixture addPadding(int size, long timestamp) {
    ByteBuffer tail = tail(size);
    tail.putLong(timestamp).putShort((short) RecordLayout.FLAG_PADDING);
    return addRaw(tail.array());
  }

  /** Adds a record with a valid checksum around anything: all from the timestamp on. */
  public RecordFixture addRaw(byte[] tail) {
    int size = RecordLayout.CRC_FROM + tail.length;
    int checksum = RecordChecksum.of(Envelope.crc(tail, 0, tail.length), size, salt, nextOffset);
    positions.add(out.size());
    ByteBuffer record =
        ByteBuffer.allocate(RecordLayout.padded(size)).order(ByteOrder.LITTLE_ENDIAN);
    record.putInt(size).putInt(checksum).putLong(nextOffset).put(tail);
    out.writeBytes(record.array());
    nextOffset++;
    return this;
  }

  /** All records. */
  public byte[] bytes() {
    return out.toByteArray();
  }

  /** Index of the {@code i}th record's first byte. */
  public int positionOf(int i) {
    return positions.get(i);
  }

  /** The offset that the next record gets. */
  public long nextOffset() {
    return nextOffset;
  }

  private RecordFixture add(AppendRequest request, int moreFlags) {
    byte[] key = request.key();
    int keyLength = key == null ? 0 : key.length;
    byte[] headers = HeadersCodec.encode(request.headers());
    boolean hasExtId = request.extId().isPresent();
    int flags =
        moreFlags
            | (hasExtId ? RecordLayout.FLAG_EXT_ID : 0)
            | (key != null ? RecordLayout.FLAG_KEY : 0);
    Long timestamp = request.timestampMicros();
    ByteBuffer tail =
        tail(
            RecordLayout.HEADER_SIZE
                + (hasExtId ? RecordLayout.EXT_ID_SIZE : 0)
                + keyLength
                + headers.length
                + request.payload().length);
    tail.putLong(timestamp == null ? 0 : timestamp);
    tail.putShort((short) flags).putShort((short) keyLength).putInt(headers.length);
    request.extId().ifPresent(tail::putLong);
    if (key != null) {
      tail.put(key);
    }
    tail.put(headers).put(request.payload());
    return addRaw(tail.array());
  }

  private static ByteBuffer tail(int size) {
    return ByteBuffer.allocate(size - RecordLayout.CRC_FROM).order(ByteOrder.LITTLE_ENDIAN);
  }
}
