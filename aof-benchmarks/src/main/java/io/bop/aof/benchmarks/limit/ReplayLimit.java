package io.bop.aof.benchmarks.limit;

import io.bop.aof.benchmarks.Contestant;
import io.bop.aof.benchmarks.Sample;
import io.bop.aof.benchmarks.ThreadTeam;
import io.bop.aof.format.RecordChecksum;
import io.bop.aof.format.RecordLayout;
import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/** Walks records in mapped files and verifies each checksum where it lies. */
public final class ReplayLimit implements Contestant {

  private final RecordRun run;

  /** Writes the records. */
  public ReplayLimit(Path dir, int size, long volumeBytes) throws IOException {
    this.run = new RecordRun(dir, size, volumeBytes);
  }

  @Override
  public String name() {
    return "limit";
  }

  @Override
  public String state() {
    return "page cache warm, mapping touched before; CRC32C and salt of each record verified in"
        + " the mapping, nothing copied";
  }

  @Override
  public void prepare() {}

  @Override
  public Sample measure() throws Exception {
    return ThreadTeam.run(1, (thread, latency) -> walk());
  }

  private long walk() {
    CRC32C crc = new CRC32C();
    long offset = 0;
    for (RawFile file : run.files()) {
      long last = Math.min(run.count(), offset + run.recordsPerFile());
      offset = walk(file.buffer().duplicate(), crc, offset, last);
    }
    return offset;
  }

  private static long walk(java.nio.ByteBuffer bytes, CRC32C crc, long first, long last) {
    MappedByteBuffer source = (MappedByteBuffer) bytes;
    source.order(java.nio.ByteOrder.LITTLE_ENDIAN);
    int at = RawFile.DATA_START;
    for (long offset = first; offset < last; offset++) {
      at += verify(source, crc, at, offset);
    }
    return last;
  }

  /** Checks one record; its size with padding. */
  static int verify(MappedByteBuffer source, CRC32C crc, int at, long offset) {
    int size = source.getInt(at + RecordLayout.SIZE_AT);
    source.limit(at + size).position(at + RecordLayout.CRC_FROM);
    crc.reset();
    crc.update(source);
    source.limit(source.capacity());
    int expected = RecordChecksum.of((int) crc.getValue(), size, RecordWriter.SALT, offset);
    if (expected != source.getInt(at + RecordLayout.CHECKSUM_AT)
        || source.getLong(at + RecordLayout.OFFSET_AT) != offset) {
      throw new IllegalStateException("damaged record: position=" + at + " offset=" + offset);
    }
    return RecordLayout.padded(size);
  }

  @Override
  public void settle() {}

  @Override
  public void close() throws IOException {
    run.close();
  }
}
