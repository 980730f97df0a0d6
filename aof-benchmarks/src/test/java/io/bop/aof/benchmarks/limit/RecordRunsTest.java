package io.bop.aof.benchmarks.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.bop.aof.benchmarks.Payloads;
import io.bop.aof.format.RecordScanner;
import io.bop.aof.format.RecordScanner.Step;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordRunsTest {

  @ParameterizedTest
  @ValueSource(ints = {61, 64, 1024})
  void limitsWriteTheSameBytesAsTheEngine(int size) {
    byte[] run = RecordRuns.of(size, 64 * 1024);
    RecordScanner scanner = new RecordScanner();
    scanner.reset(run, 0, run.length, RecordRuns.SALT, 0);

    while (scanner.advance() == Step.RECORD) {
      byte[] payload =
          Arrays.copyOfRange(
              run, scanner.payloadAt(), scanner.payloadAt() + scanner.payloadLength());
      assertThat(payload).isEqualTo(Payloads.cached(size).get(scanner.offset()));
    }

    assertThat(scanner.advance()).isEqualTo(Step.END);
    assertThat(scanner.nextOffset()).isEqualTo(run.length / RecordWriter.sizeOf(size));
  }
}
