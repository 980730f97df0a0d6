package io.bop.aof.benchmarks.limit;

import io.bop.aof.benchmarks.Contestant;
import io.bop.aof.benchmarks.Payloads;
import io.bop.aof.benchmarks.Sample;
import io.bop.aof.benchmarks.ThreadTeam;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;

/** Appends that wait for the disk: a claim, a copy, and a force of the dirty range by a leader. */
public final class FlushedLimit implements Contestant {

  private static final int FILE_SIZE = 256 * 1024 * 1024;
  private static final int SMALLEST_SHARE = 8 * 1024 * 1024;
  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  private final Payloads payloads;
  private final int threads;
  private final int padded;
  private final int share;
  private final long limitNanos;
  private final List<RawFile> files = new ArrayList<>();
  private List<GroupForce> round = List.of();

  /**
   * Makes the files.
   *
   * @param dir an existing directory of its own
   * @param size payload bytes
   * @param ownLogs whether each thread has a log of its own
   */
  public FlushedLimit(Path dir, int size, int threads, boolean ownLogs, int seconds)
      throws IOException {
    this.payloads = Payloads.cached(size);
    this.threads = threads;
    this.padded = RecordWriter.sizeOf(size);
    this.limitNanos = seconds * NANOS_PER_SECOND;
    int logs = ownLogs ? threads : 1;
    this.share = Math.max(SMALLEST_SHARE, FILE_SIZE / logs);
    for (int log = 0; log < logs; log++) {
      files.add(RawFile.create(dir.resolve("log-" + log), share));
    }
  }

  @Override
  public String name() {
    return "limit";
  }

  @Override
  public String state() {
    return "one "
        + share / (1024 * 1024)
        + " MiB file a log, zeros in 64 KiB writes, forced,"
        + " mapped anew each round; clock + CRC32C + getAndAdd claim + copy + force of the dirty"
        + " range, leader and followers";
  }

  @Override
  public void prepare() {
    int team = threads;
    round = files.stream().map(file -> new GroupForce(file, share, padded, team)).toList();
  }

  @Override
  public Sample measure() throws Exception {
    return ThreadTeam.runWithLatency(threads, this::append);
  }

  private long append(int thread, Histogram latency) {
    GroupForce log = round.get(thread % round.size());
    RecordWriter writer = new RecordWriter();
    long start = System.nanoTime();
    long before = start;
    long n = 0;
    while (before - start < limitNanos) {
      if (!log.append(thread, writer, payloads.get(n), padded)) {
        break;
      }
      long now = System.nanoTime();
      latency.recordValue(now - before);
      before = now;
      n++;
    }
    return n;
  }

  @Override
  public void settle() throws IOException {
    for (RawFile file : files) {
      file.renew();
    }
  }

  @Override
  public void close() throws IOException {
    for (RawFile file : files) {
      file.close();
    }
  }
}
