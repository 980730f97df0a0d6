package io.bop.aof.benchmarks.limit;

import io.bop.aof.benchmarks.Contestant;
import io.bop.aof.benchmarks.Payloads;
import io.bop.aof.benchmarks.Sample;
import io.bop.aof.benchmarks.ThreadTeam;
import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Clock, CRC32C, atomic claim, header and copy into files filled and mapped like slots. */
public final class AppendLimit implements Contestant {

  /* Each log is a row of files made before the first round. A thread that finds a file full goes to
  the next one by itself, so that rolling over costs one addition; nothing is forced while it is
  measured. */

  private final Payloads payloads;
  private final int threads;
  private final int padded;
  private final long recordsPerThread;
  private final List<List<RawFile>> logs = new ArrayList<>();
  private List<Log> round = List.of();

  /**
   * Makes the files.
   *
   * @param dir an existing directory of its own
   * @param size payload bytes
   * @param ownLogs whether each thread has a log of its own
   * @param volumeBytes bytes of records of one round, over all threads
   */
  public AppendLimit(Path dir, int size, int threads, boolean ownLogs, long volumeBytes)
      throws IOException {
    this.payloads = Payloads.cached(size);
    this.threads = threads;
    this.padded = RecordWriter.sizeOf(size);
    this.recordsPerThread = Math.max(1, volumeBytes / padded / threads);
    int count = ownLogs ? threads : 1;
    int recordsPerFile = (RawFile.SLOT_SIZE - RawFile.DATA_START) / padded;
    long recordsPerLog = recordsPerThread * threads / count;
    int files = Math.toIntExact(recordsPerLog / recordsPerFile + 1);
    for (int log = 0; log < count; log++) {
      List<RawFile> row = new ArrayList<>();
      logs.add(row);
      for (int file = 0; file < files; file++) {
        row.add(RawFile.create(dir.resolve("log-" + log + "-" + file), RawFile.SLOT_SIZE));
      }
    }
  }

  @Override
  public String name() {
    return "limit";
  }

  @Override
  public String state() {
    return "64 MiB files, zeros in 64 KiB writes, forced, mapped anew each round;"
        + " clock + CRC32C + getAndAdd claim + copy; nothing forced";
  }

  @Override
  public void prepare() {
    round = logs.stream().map(Log::new).toList();
  }

  @Override
  public Sample measure() throws Exception {
    return ThreadTeam.run(threads, (thread, latency) -> append(round.get(thread % round.size())));
  }

  private long append(Log log) {
    RecordWriter writer = new RecordWriter();
    int file = 0;
    Claims claims = log.claims[0];
    MappedByteBuffer target = log.buffers[0];
    long base = 0;
    for (long n = 0; n < recordsPerThread; n++) {
      byte[] payload = payloads.get(n);
      writer.prepare(payload);
      long claim = claims.claim(padded);
      while (claim == Claims.FULL) {
        file++;
        claims = log.claims[file];
        target = log.buffers[file];
        base = (long) file * log.recordsPerFile;
        claim = claims.claim(padded);
      }
      writer.write(target, Claims.positionOf(claim), payload, base + Claims.indexOf(claim));
    }
    return recordsPerThread;
  }

  @Override
  public void settle() throws IOException {
    for (List<RawFile> row : logs) {
      for (RawFile file : row) {
        file.renew();
      }
    }
  }

  @Override
  public void close() throws IOException {
    for (List<RawFile> row : logs) {
      for (RawFile file : row) {
        file.close();
      }
    }
  }

  private final class Log {
    private final MappedByteBuffer[] buffers;
    private final Claims[] claims;
    private final int recordsPerFile = (RawFile.SLOT_SIZE - RawFile.DATA_START) / padded;

    Log(List<RawFile> row) {
      buffers = row.stream().map(RawFile::buffer).toArray(MappedByteBuffer[]::new);
      claims = row.stream().map(file -> new Claims(RawFile.SLOT_SIZE)).toArray(Claims[]::new);
    }
  }
}
