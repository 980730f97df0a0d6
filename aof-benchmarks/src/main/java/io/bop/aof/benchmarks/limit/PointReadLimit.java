package io.bop.aof.benchmarks.limit;

import io.bop.aof.benchmarks.Contestant;
import io.bop.aof.benchmarks.Sample;
import io.bop.aof.benchmarks.ThreadTeam;
import io.bop.aof.format.RecordChecksum;
import io.bop.aof.format.RecordLayout;
import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;

/** Copies single records at random offsets out of mapped files and verifies the copies. */
public final class PointReadLimit implements Contestant {

  private static final long SEED = 7;
  private static final int READS_A_LOOK = 64;

  private final RecordRun run;
  private final long limitNanos;
  private final byte[] copy;

  /**
   * Writes the records.
   *
   * @param seconds how long a round lasts
   */
  public PointReadLimit(Path dir, int size, long volumeBytes, int seconds) throws IOException {
    this.run = new RecordRun(dir, size, volumeBytes);
    this.limitNanos = TimeUnit.SECONDS.toNanos(seconds);
    this.copy = new byte[RecordLayout.HEADER_SIZE + size];
  }

  @Override
  public String name() {
    return "limit";
  }

  @Override
  public String state() {
    return "page cache warm, mapping touched before; place known; copied into an array, CRC32C"
        + " verified there";
  }

  @Override
  public void prepare() {}

  @Override
  public Sample measure() throws Exception {
    return ThreadTeam.run(1, (thread, latency) -> read());
  }

  private long read() {
    SplittableRandom random = new SplittableRandom(SEED);
    CRC32C crc = new CRC32C();
    long start = System.nanoTime();
    long reads = 0;
    while (reads % READS_A_LOOK != 0 || System.nanoTime() - start < limitNanos) {
      readOne(crc, random.nextLong(run.count()));
      reads++;
    }
    return reads;
  }

  private void readOne(CRC32C crc, long offset) {
    MappedByteBuffer source = run.fileOf(offset).buffer();
    int at = run.positionOf(offset);
    int size = source.getInt(at + RecordLayout.SIZE_AT);
    source.get(at, copy, 0, size);
    crc.reset();
    crc.update(copy, RecordLayout.CRC_FROM, size - RecordLayout.CRC_FROM);
    int expected = RecordChecksum.of((int) crc.getValue(), size, RecordWriter.SALT, offset);
    if (expected != source.getInt(at + RecordLayout.CHECKSUM_AT)) {
      throw new IllegalStateException("damaged record: offset=" + offset);
    }
  }

  @Override
  public void settle() {}

  @Override
  public void close() throws IOException {
    run.close();
  }
}
