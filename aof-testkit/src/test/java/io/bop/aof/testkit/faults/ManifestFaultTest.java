package io.bop.aof.testkit.faults;

import static io.bop.aof.testkit.faults.SimulatedStore.MIB;
import static io.bop.aof.testkit.faults.SimulatedStore.append;
import static io.bop.aof.testkit.faults.SimulatedStore.payload;
import static io.bop.aof.testkit.faults.SimulatedStore.verify;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bop.aof.AofException;
import io.bop.aof.AofStore;
import io.bop.aof.AofStream;
import io.bop.aof.BackpressureException;
import io.bop.aof.BackpressureKind;
import io.bop.aof.testkit.Property;
import io.bop.aof.testkit.SeededRandom;
import io.bop.aof.testkit.simulation.DiskFaults;
import io.bop.aof.testkit.simulation.DiskOperation.Kind;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The first failed force of a manifest chunk, and what follows from it. */
@Timeout(120)
class ManifestFaultTest {

  private static final int SIZE = 10_000;

  private final SimulatedStore simulated =
      new SimulatedStore(
          2,
          config ->
              config
                  .appendTimeout(Duration.ofSeconds(2))
                  .tier0(t -> t.withMaxBytes(4 * MIB))
                  .manifest(m -> m.withChunkSize(16 * 1024)));

  @AfterEach
  void close() {
    simulated.store().close();
  }

  private static boolean isChunk(Path path) {
    String name = path.getFileName().toString();
    return name.endsWith(".mlog") || name.endsWith(".mlog.tmp");
  }

  private DiskFaults.Fault chunkForce() {
    return simulated.disk().faults().on(Kind.FORCE).where(ManifestFaultTest::isChunk);
  }

  @Test
  void goesOnInANewFileAfterTheFirstFailedForce() {
    append(simulated.stream(), 10, SIZE);
    chunkForce().fail();
    AofStream other = simulated.store().stream("other");
    assertThat(simulated.disk().faults().hits()).hasSize(1);
    assertThat(simulated.store().snapshot().manifest().failure()).isNull();
    append(other, 10, SIZE);
    simulated.crash(3);
    assertThat(simulated.store().streamNames()).containsExactly("other", "s");
    assertThat(verify(simulated.store().stream("other"))).isEqualTo(10);
  }

  @Test
  void refusesTransitionsWhenTheNewFileFailsTooAndAppendsWhileThereAreSlots() {
    AofStream stream = simulated.stream();
    append(stream, 10, SIZE);
    chunkForce().lasting().fail();
    AofStore store = simulated.store();
    assertThatThrownBy(() -> store.stream("other")).isInstanceOf(AofException.class);
    assertThat(store.snapshot().manifest().failure()).contains("manifest");
    assertThatThrownBy(() -> store.stream("another"))
        .isInstanceOf(AofException.class)
        .hasMessageContaining("takes no changes");
    append(stream, 250, SIZE);
    assertThat(stream.durableOffset()).isEqualTo(250);
    assertThat(verify(stream)).isEqualTo(250);
    long appended = appendUntilRefused(stream);
    assertThat(appended).isGreaterThan(300);
    assertThat(verify(stream)).isEqualTo(appended);
    simulated.disk().faults().heal();
    simulated.restart();
    assertThat(simulated.store().snapshot().manifest().failure()).isNull();
    assertThat(verify(simulated.stream())).isEqualTo(appended);
    append(simulated.stream(), appended + 200, SIZE);
    simulated.crash(4);
    assertThat(verify(simulated.stream())).isEqualTo(appended + 200);
  }

  private static long appendUntilRefused(AofStream stream) {
    while (true) {
      long next = stream.nextOffset();
      try {
        stream.append(payload(next, SIZE));
      } catch (BackpressureException e) {
        assertThat(e.kind()).isEqualTo(BackpressureKind.ADMISSION);
        return next;
      }
    }
  }

  @Test
  void losesNothingWhateverForceOrNameOfTheManifestFails() {
    Property.forAll(
        "acknowledged records survive a failing manifest", 10, ManifestFaultTest::failAtRandom);
  }

  private static void failAtRandom(SeededRandom random) {
    SimulatedStore fresh =
        new SimulatedStore(
            random.nextLong(),
            config ->
                config
                    .appendTimeout(Duration.ofMillis(500))
                    .tier0(t -> t.withMaxBytes(8 * MIB))
                    .manifest(m -> m.withChunkSize(16 * 1024)));
    long acknowledged = 0;
    for (int boot = 0; boot < 3; boot++) {
      AofStream stream = fresh.stream();
      fresh
          .disk()
          .faults()
          .on(Kind.FORCE, Kind.SYNC_DIRECTORY, Kind.WRITE, Kind.RENAME)
          .where(path -> path.startsWith(SimulatedStore.ROOT.resolve("manifest")))
          .randomly(random.nextLong(), 0.2)
          .lasting()
          .fail();
      try {
        for (int n = random.nextInt(400); n > 0; n--) {
          stream.append(payload(acknowledged, SIZE));
          acknowledged++;
        }
      } catch (AofException e) {
        // Without slots, sooner or later, because nothing is sealed any more.
        assertThat(e).isNotNull();
      }
      if (random.oneIn(2)) {
        fresh.crash(random.nextLong());
      } else {
        fresh.restart();
      }
      long found = verify(fresh.stream());
      assertThat(found).isGreaterThanOrEqualTo(acknowledged);
      acknowledged = found;
    }
    fresh.store().close();
  }
}
