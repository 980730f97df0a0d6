package io.bop.aof.benchmarks.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.bop.aof.benchmarks.Payloads;
import io.bop.aof.benchmarks.Sample;
import io.bop.aof.benchmarks.ThreadTeam;
import java.nio.file.Path;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class GroupForceTest {

  private static final int FILE_SIZE = 1024 * 1024;
  private static final int SIZE = 256;
  private static final int THREADS = 4;

  @TempDir Path dir;

  @Test
  @Timeout(60)
  void writesEveryRecordOfEveryThreadUntilTheFileIsFull() throws Exception {
    Payloads payloads = Payloads.cached(SIZE);
    int padded = RecordWriter.sizeOf(SIZE);
    try (RawFile file = RawFile.create(dir.resolve("log"), FILE_SIZE)) {
      GroupForce log = new GroupForce(file, FILE_SIZE, padded, THREADS);

      Sample sample =
          ThreadTeam.run(
              THREADS,
              (thread, latency) -> {
                RecordWriter writer = new RecordWriter();
                long n = 0;
                while (log.append(thread, writer, payloads.get(n), padded)) {
                  n++;
                }
                return n;
              });

      int count = (FILE_SIZE - RawFile.DATA_START) / padded;
      assertThat(sample.operations()).isEqualTo(count);
      CRC32C crc = new CRC32C();
      int at = RawFile.DATA_START;
      for (int n = 0; n < count; n++) {
        at += ReplayLimit.verify(file.buffer(), crc, at, n);
      }
    }
  }
}
