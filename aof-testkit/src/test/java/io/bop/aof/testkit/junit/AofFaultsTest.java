package io.bop.aof.testkit.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;
import static org.junit.platform.testkit.engine.EventConditions.displayName;
import static org.junit.platform.testkit.engine.EventConditions.event;
import static org.junit.platform.testkit.engine.EventConditions.finishedWithFailure;
import static org.junit.platform.testkit.engine.TestExecutionResultConditions.message;

import io.bop.aof.io.Host;
import io.bop.aof.io.MappedFile;
import io.bop.aof.testkit.Property;
import io.bop.aof.testkit.SeededRandom;
import io.bop.aof.testkit.simulation.DiskHost;
import io.bop.aof.testkit.simulation.SimulatedDisk;
import io.bop.aof.testkit.simulation.SimulatedHost;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Events;
import org.opentest4j.AssertionFailedError;

/** Runs tests with {@link AofFaults} and looks at what became of them. */
@ResourceLock(Resources.SYSTEM_PROPERTIES)
class AofFaultsTest {

  private static final List<Long> SEEDS = new ArrayList<>();

  @BeforeEach
  @AfterEach
  void forget() {
    SEEDS.clear();
    System.clearProperty(AofFaults.SOAK);
    System.clearProperty(Property.SEED);
  }

  @Test
  void runsOncePerSeedAndAlwaysWithTheSameOnes() {
    run("seeds").assertStatistics(stats -> stats.started(5).succeeded(5));
    List<Long> first = List.copyOf(SEEDS);
    SEEDS.clear();
    run("seeds");

    assertThat(SEEDS).isEqualTo(first).startsWith(7L, -9L);
    assertThat(new LinkedHashSet<>(SEEDS)).hasSize(5);
  }

  @Test
  void soakMultipliesTheSeeds() {
    run("seeds");
    List<Long> few = List.copyOf(SEEDS);
    SEEDS.clear();
    System.setProperty(AofFaults.SOAK, "4");

    run("seeds").assertStatistics(stats -> stats.started(2 + 4 * 3));
    assertThat(SEEDS).startsWith(few.toArray(Long[]::new));
  }

  @Test
  void replaysOneSeed() {
    System.setProperty(Property.SEED, " 42 ");

    run("seeds").assertStatistics(stats -> stats.started(1).succeeded(1));
    assertThat(SEEDS).containsExactly(42L);
  }

  @Test
  void failureSaysItsSeedAndKeepsWhatWasCompared() {
    System.setProperty(Property.SEED, "42");

    Throwable failure = failureOf("fails");

    assertThat(failure)
        .isInstanceOf(AssertionFailedError.class)
        .hasMessageContaining("seed=42")
        .hasMessageContaining("-Daof.seed=42 -Dtest=Cases#fails")
        .hasMessageContaining("one and two");
    assertThat(((AssertionFailedError) failure).getExpected().getValue()).isEqualTo("one");
    assertThat(failure.getCause()).hasMessageContaining("one and two");
    run("fails")
        .assertThatEvents()
        .haveExactly(
            1,
            event(displayName("[1] seed=42"), finishedWithFailure(message(failure.getMessage()))));
  }

  @Test
  void failureOfAnyKindSaysItsSeed() {
    assertThat(failureOf("breaks")).hasMessageContaining("seed=").hasRootCauseMessage("broken");
  }

  @Test
  void assumptionThatDoesNotHoldIsNoFailure() {
    run("assumes").assertStatistics(stats -> stats.aborted(1).failed(0));
  }

  @Test
  void givesTheSameMachineToAllThatAsk() {
    run("machine").assertStatistics(stats -> stats.started(2).succeeded(2));
  }

  @Test
  void simulatedThreadsOfATestEndWithIt() {
    run("simulated").assertStatistics(stats -> stats.started(1).succeeded(1));
    assertThat(Cases.left.ended()).isTrue();
  }

  @Test
  void lateWriteToAMappingFailsTheTest() {
    assertThat(failureOf("writesLate"))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("/late");
  }

  @Test
  void refusesNumbersThatAreNone() {
    System.setProperty(AofFaults.SOAK, "many");
    assertThat(containerFailureOf("seeds")).hasMessageContaining("aof.soak=many");
    System.setProperty(AofFaults.SOAK, "0");
    assertThat(containerFailureOf("seeds")).hasMessageContaining("soak=0");
  }

  // ---- running

  private static EngineExecutionResults execute(String method) {
    return EngineTestKit.engine("junit-jupiter")
        .selectors(selectMethod(Cases.class, methodOf(method)))
        .configurationParameter("junit.jupiter.conditions.deactivate", "*")
        .execute();
  }

  private static Method methodOf(String name) {
    for (Method method : Cases.class.getDeclaredMethods()) {
      if (method.getName().equals(name)) {
        return method;
      }
    }
    throw new IllegalArgumentException(name);
  }

  private static Events run(String method) {
    return execute(method).testEvents();
  }

  private static Throwable failureOf(String method) {
    return failureIn(run(method));
  }

  private static Throwable containerFailureOf(String method) {
    return failureIn(execute(method).containerEvents());
  }

  private static Throwable failureIn(Events events) {
    return events.executions().failed().stream()
        .findFirst()
        .orElseThrow()
        .getTerminationInfo()
        .getExecutionResult()
        .getThrowable()
        .orElseThrow();
  }

  /** Run by the tests above; by name they are none of their own. */
  static class Cases {

    static SimulatedHost left;

    private DiskHost before;

    @BeforeEach
    void remember(DiskHost machine) {
      before = machine;
    }

    @AofFaults(
        seeds = 3,
        pinned = {7, -9})
    void seeds(SeededRandom random) {
      SEEDS.add(random.seed());
    }

    @AofFaults(seeds = 1)
    void fails() {
      throw new AssertionFailedError("one and two", "one", "two");
    }

    @AofFaults(seeds = 1)
    void breaks() {
      throw new IllegalStateException("broken");
    }

    @AofFaults(seeds = 1)
    void assumes() {
      Assumptions.abort("not here");
    }

    @AofFaults(seeds = 2)
    void machine(SimulatedDisk disk, Host host, DiskHost same, SeededRandom a, SeededRandom b) {
      assertThat(host).isSameAs(same).isSameAs(before);
      assertThat(host.disk()).isSameAs(disk);
      assertThat(a).isSameAs(b);
      assertThat(disk.files()).isEmpty();
    }

    @AofFaults(seeds = 1)
    void simulated(SimulatedHost host, SeededRandom random) {
      host.start("sleeper", () -> host.threads().park(this, Long.MAX_VALUE));
      host.run(10, Duration.ZERO);
      left = host.crash(random.nextLong());
      left.start("sleeper", () -> left.threads().park(this, Long.MAX_VALUE));
      left.run(10, Duration.ZERO);
    }

    @AofFaults(seeds = 1)
    void writesLate(SimulatedDisk disk) throws IOException {
      SimulatedDisk next = disk.restart();
      Path file = Path.of("/late");
      next.create(file).close();
      next.replaceContent(file, new byte[10]);
      MappedFile mapping = next.map(file, 10);
      ByteBuffer buffer = mapping.buffer();
      mapping.close();
      buffer.put(0, (byte) 1);
    }
  }
}
