package io.bop.aof.testkit.faults;

import static io.bop.aof.testkit.faults.SimulatedStore.ROOT;
import static io.bop.aof.testkit.faults.SimulatedStore.append;
import static io.bop.aof.testkit.faults.SimulatedStore.verify;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bop.aof.AofConfig;
import io.bop.aof.AofStore;
import io.bop.aof.AofStream;
import io.bop.aof.StoreLockedException;
import io.bop.aof.Tier2Type;
import io.bop.aof.store.Engine;
import io.bop.aof.testkit.simulation.SimulatedHost;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a process leaves of its lock when it dies. */
@Timeout(120)
class StaleLockTest {

  private static final Path LOCK = ROOT.resolve("store.lock");
  private static final Path HOLDER = ROOT.resolve("store.pid");
  private static final AofConfig CONFIG =
      AofConfig.builder(ROOT)
          .maxRecordSize(256 * 1024)
          .reserveBytes(0)
          .tier2(t -> t.withType(Tier2Type.NONE))
          .build();

  private final SimulatedHost first = new SimulatedHost(21);

  @AfterEach
  void endProcesses() {
    first.release();
  }

  private static AofStore open(SimulatedHost machine) {
    return machine.call(() -> Engine.open(CONFIG, machine));
  }

  private static AofStream appendTo(SimulatedHost machine, AofStore store, long records) {
    AofStream stream = machine.call(() -> store.stream("s"));
    machine.call(
        () -> {
          append(stream, records, 1_000);
          return true;
        });
    return stream;
  }

  private static String holder(SimulatedHost machine) {
    return "pid=" + machine.processId();
  }

  /* Whoever it names may even live again, as another process: only the lock itself counts. */
  @ParameterizedTest
  @ValueSource(strings = {"pid=2", "pid=4194304", "", "no process at all"})
  void filesOfADeadProcessLockNobodyOut(String holder) throws IOException {
    appendTo(first, open(first), 10);
    SimulatedHost next = first.kill(22);
    assertThat(next.simulatedDisk().files()).containsAll(List.of(LOCK, HOLDER));
    next.simulatedDisk().replaceContent(HOLDER, holder.getBytes(StandardCharsets.UTF_8));
    AofStore store = open(next);
    assertThat(new String(next.simulatedDisk().content(HOLDER), StandardCharsets.UTF_8))
        .isEqualTo(holder(next));
    AofStream stream = appendTo(next, store, 20);
    assertThat(next.call(() -> verify(stream))).isEqualTo(20);
  }

  @Test
  void aHolderThatLivesKeepsEverybodyElseOutAndIsNamed() {
    AofStore store = open(first);
    for (int attempt = 0; attempt < 2; attempt++) {
      assertThatThrownBy(() -> open(first))
          .isInstanceOf(StoreLockedException.class)
          .hasMessageContaining(ROOT.toString())
          .hasMessageContaining(holder(first));
    }
    AofStream stream = appendTo(first, store, 10);
    assertThat(first.call(() -> verify(stream))).isEqualTo(10);
  }
}
