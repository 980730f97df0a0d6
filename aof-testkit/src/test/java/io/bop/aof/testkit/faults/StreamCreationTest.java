package io.bop.aof.testkit.faults;

import static io.bop.aof.testkit.faults.SimulatedStore.ROOT;
import static org.assertj.core.api.Assertions.assertThat;

import io.bop.aof.AofConfig;
import io.bop.aof.AofException;
import io.bop.aof.AofStore;
import io.bop.aof.AofStream;
import io.bop.aof.StoreClosedException;
import io.bop.aof.Tier2Type;
import io.bop.aof.store.Engine;
import io.bop.aof.testkit.simulation.SimulatedHost;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Streams that come and go: several that ask for one new stream at once, a power failure. */
@Timeout(120)
class StreamCreationTest {

  private static final int ASKING = 4;
  private static final AofConfig CONFIG =
      AofConfig.builder(ROOT)
          .maxRecordSize(256 * 1024)
          .reserveBytes(0)
          .tier2(t -> t.withType(Tier2Type.NONE))
          .build();

  private static AofStore open(SimulatedHost machine) {
    return machine.call(() -> Engine.open(CONFIG, machine));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void whoeverHasAStreamHasItAfterAPowerFailure(int seed) {
    SimulatedHost first = new SimulatedHost(seed);
    SimulatedHost next = first;
    try {
      AofStore store = open(first);
      Set<String> handedOut = new HashSet<>();
      for (int n = 0; n < ASKING; n++) {
        first.start("asking-" + n, () -> handedOut.add(store.stream("s").name()));
      }
      assertThat(first.runUntil(() -> !handedOut.isEmpty(), Duration.ofMinutes(1))).isTrue();
      next = first.crash(seed);
      AofStore again = open(next);
      assertThat(again.streamNames()).containsAll(handedOut);
    } finally {
      next.release();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void aStreamThatComesWhileTheStoreClosesDoesNotKeepItFromClosing(int seed) {
    SimulatedHost machine = new SimulatedHost(seed);
    try {
      AofStore store = open(machine);
      machine.forcesTake(Duration.ofMillis(seed));
      for (int n = 0; n < ASKING; n++) {
        String name = "s" + n;
        machine.start(name, () -> appendUntilRefused(store, name));
      }
      machine.run(seed, Duration.ofMillis(1));
      machine.call(
          () -> {
            store.close();
            return true;
          });
    } finally {
      machine.release();
    }
  }

  private static void appendUntilRefused(AofStore store, String name) {
    try {
      AofStream stream = store.stream(name);
      while (true) {
        stream.append(new byte[100]);
      }
    } catch (AofException e) {
      assertThat(e).isInstanceOf(StoreClosedException.class);
    }
  }

  @Test
  void aStreamThatIsBeingDeletedIsNotShownAsBroken() {
    SimulatedHost machine = new SimulatedHost(1);
    try {
      AofStore store = open(machine);
      AofStream stream = machine.call(() -> store.stream("s"));
      machine.forcesTake(Duration.ofMillis(20));
      machine.start("delete", () -> store.deleteStream("s"));
      boolean deleted =
          machine.runUntil(
              () -> {
                assertThat(stream.snapshot().failure()).isNull();
                return store.streamNames().isEmpty();
              },
              Duration.ofMinutes(1));
      assertThat(deleted).isTrue();
    } finally {
      machine.release();
    }
  }
}
