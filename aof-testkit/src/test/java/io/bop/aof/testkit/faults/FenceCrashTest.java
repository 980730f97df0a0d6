package io.bop.aof.testkit.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.bop.aof.StaleWriterException;
import io.bop.aof.recovery.Fence;
import io.bop.aof.testkit.simulation.SimulatedHost;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The note of a takeover and the power. */
class FenceCrashTest {

  private static final Path ROOT = Path.of("/data/store");
  private static final String KEY = "manifest/00000000000000000007.mlog";

  /* What is left of a note whose writer died in its middle; empty when it came to its end. */
  private record Left(Optional<StaleWriterException> note) {}

  @Test
  void aNoteThatIsThereNamesTheChunkAlsoWhenItsWriterDied() throws Exception {
    int deaths = 0;
    int kept = 0;
    for (Optional<Left> left = die(deaths); left.isPresent(); left = die(deaths)) {
      deaths++;
      Optional<StaleWriterException> note = left.get().note();
      kept += note.isPresent() ? 1 : 0;
      assertThat(note.map(StaleWriterException::owner).orElse(KEY)).isEqualTo(KEY);
    }
    assertThat(deaths).isGreaterThan(40);
    assertThat(kept).isPositive();
  }

  /* Every second time it is the process alone that dies. */
  private static Optional<Left> die(int count) throws Exception {
    SimulatedHost host = new SimulatedHost(count);
    host.call(
        () -> {
          host.disk().createDirectories(ROOT);
          return true;
        });
    host.endAfterOperations(count / 20);
    try {
      host.call(
          () -> {
            Fence.raise(host.disk(), ROOT, 3, KEY);
            return true;
          });
    } catch (RuntimeException | Error e) {
      assertThat(host.ended()).as("failed without a crash: " + e).isTrue();
    }
    if (!host.ended()) {
      host.release();
      return Optional.empty();
    }
    SimulatedHost next = count % 2 == 0 ? host.crash(count) : host.kill(count);
    try {
      return Optional.of(new Left(Fence.read(next.disk(), ROOT)));
    } finally {
      next.release();
    }
  }
}
