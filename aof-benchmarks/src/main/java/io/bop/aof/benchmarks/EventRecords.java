package io.bop.aof.benchmarks;

import io.bop.aof.format.RecordChecksum;
import io.bop.aof.format.RecordLayout;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32C;

/** Real events from a JSON array of flat objects, as the records that a segment would hold. */
final class EventRecords {

  static final long SALT = 0x5EED_0F_A0FL;
  private static final long FIRST_TIMESTAMP = 1_760_000_000_000_000L;

  private EventRecords() {}

  /** The objects of the array, as UTF-8. */
  static List<byte[]> events(Path json) throws IOException {
    String text = Files.readString(json, StandardCharsets.UTF_8);
    List<byte[]> events = new ArrayList<>();
    int depth = 0;
    int start = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '{' && depth++ == 0) {
        start = i;
      } else if (c == '}' && --depth == 0) {
        events.add(text.substring(start, i + 1).getBytes(StandardCharsets.UTF_8));
      }
    }
    return events;
  }

  /** The events as padded records, offsets from 0, appended some hundred microseconds apart. */
  static List<byte[]> records(List<byte[]> events) {
    Random random = new Random(1);
    long timestamp = FIRST_TIMESTAMP;
    List<byte[]> records = new ArrayList<>(events.size());
    for (byte[] event : events) {
      timestamp += 50 + random.nextInt(500);
      records.add(record(event, records.size(), timestamp));
    }
    return records;
  }

  /** Whole records joined into pieces of at most {@code frameSize} bytes. */
  static List<byte[]> frames(List<byte[]> records, int frameSize) {
    List<byte[]> frames = new ArrayList<>();
    ByteArrayOutputStream frame = new ByteArrayOutputStream(frameSize);
    for (byte[] record : records) {
      if (frame.size() + record.length > frameSize && frame.size() > 0) {
        frames.add(frame.toByteArray());
        frame.reset();
      }
      frame.writeBytes(record);
    }
    if (frame.size() > 0) {
      frames.add(frame.toByteArray());
    }
    return frames;
  }

  private static byte[] record(byte[] payload, long offset, long timestamp) {
    int size = RecordLayout.HEADER_SIZE + payload.length;
    byte[] record = new byte[RecordLayout.padded(size)];
    ByteBuffer out = ByteBuffer.wrap(record).order(ByteOrder.LITTLE_ENDIAN);
    out.putInt(RecordLayout.SIZE_AT, size);
    out.putLong(RecordLayout.OFFSET_AT, offset);
    out.putLong(RecordLayout.TIMESTAMP_AT, timestamp);
    out.put(RecordLayout.HEADER_SIZE, payload);
    CRC32C crc = new CRC32C();
    crc.update(record, RecordLayout.CRC_FROM, size - RecordLayout.CRC_FROM);
    out.putInt(
        RecordLayout.CHECKSUM_AT, RecordChecksum.of((int) crc.getValue(), size, SALT, offset));
    return record;
  }
}
