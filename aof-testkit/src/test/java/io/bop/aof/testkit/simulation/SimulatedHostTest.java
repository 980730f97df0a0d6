package io.bop.aof.testkit.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bop.aof.io.DiskFile;
import io.bop.aof.io.Threads.WorkerPool;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class SimulatedHostTest {

  private static final Duration LONG = Duration.ofHours(10);

  private final SimulatedHost host = new SimulatedHost(7);

  @Test
  void runsOneThreadAtATimeInAnOrderThatTheSeedDecides() {
    Set<List<String>> orders = new HashSet<>();
    for (long seed = 0; seed < 50; seed++) {
      List<String> order = order(seed);
      assertThat(order(seed)).isEqualTo(order);
      orders.add(order);
    }
    assertThat(orders).hasSize(6);
  }

  private static List<String> order(long seed) {
    SimulatedHost machine = new SimulatedHost(seed);
    List<String> order = new ArrayList<>();
    for (String name : List.of("a", "b", "c")) {
      machine.start(name, () -> order.add(name));
    }
    machine.run(Long.MAX_VALUE, LONG);
    return order;
  }

  @Test
  void sleepsTakeTimeOnItsClockOnly() {
    long before = host.nanos();

    host.call(
        () -> {
          host.threads().sleep(TimeUnit.MINUTES.toNanos(30));
          return true;
        });

    assertThat(host.nanos() - before).isGreaterThanOrEqualTo(TimeUnit.MINUTES.toNanos(30));
  }

  @Test
  void unparkEndsAParkAlsoWhenItComesFirst() {
    AtomicReference<Thread> parked = new AtomicReference<>();
    List<String> events = new ArrayList<>();
    host.start(
        "waiter",
        () -> {
          parked.set(Thread.currentThread());
          host.threads().park(this, TimeUnit.HOURS.toNanos(100));
          events.add("woken");
        });
    host.run(Long.MAX_VALUE, Duration.ofMinutes(1));
    assertThat(events).isEmpty();
    host.start("waker", () -> host.threads().unpark(parked.get()));
    host.run(Long.MAX_VALUE, Duration.ofMinutes(1));
    assertThat(events).containsExactly("woken");

    host.start(
        "early",
        () -> {
          host.threads().unpark(Thread.currentThread());
          host.threads().park(this, TimeUnit.HOURS.toNanos(100));
          events.add("not parked");
        });
    host.run(Long.MAX_VALUE, Duration.ofMinutes(1));
    assertThat(events).containsExactly("woken", "not parked");
  }

  @Test
  void aParkForASignalShowsThatItWasLost() {
    AtomicBoolean woken = new AtomicBoolean();
    host.start(
        "waiter",
        () -> {
          host.threads().parkForSignal(this, TimeUnit.HOURS.toNanos(2));
          woken.set(true);
        });

    assertThat(host.runUntil(woken::get, Duration.ofHours(1))).isFalse();
    assertThat(host.describe()).contains("waiter").contains("PARKED");
  }

  @Test
  void interruptsEndSleepsAndParks() {
    AtomicReference<Thread> sleeper = new AtomicReference<>();
    AtomicBoolean interrupted = new AtomicBoolean();
    host.start(
        "sleeper",
        () -> {
          sleeper.set(Thread.currentThread());
          try {
            host.threads().sleep(TimeUnit.HOURS.toNanos(100));
          } catch (InterruptedException e) {
            interrupted.set(true);
          }
        });
    host.run(Long.MAX_VALUE, Duration.ofMinutes(1));
    host.start("rude", () -> sleeper.get().interrupt());
    host.run(Long.MAX_VALUE, Duration.ofMinutes(1));

    assertThat(interrupted).isTrue();
  }

  @Test
  void poolsRunSoManyTasksAtOnceAndShutDownWhenTheyAreDone() {
    List<String> events = new ArrayList<>();
    boolean finished =
        host.call(
            () -> {
              WorkerPool pool = host.threads().pool("pool", 1);
              for (int i = 0; i < 3; i++) {
                int number = i;
                pool.execute(() -> slow(events, number));
              }
              return pool.shutdown(Duration.ofMinutes(1));
            });

    assertThat(finished).isTrue();
    assertThat(events).containsExactly("begin 0", "end 0", "begin 1", "end 1", "begin 2", "end 2");
  }

  private void slow(List<String> events, int number) {
    events.add("begin " + number);
    host.threads().park(this, TimeUnit.SECONDS.toNanos(1));
    events.add("end " + number);
  }

  @Test
  void timersFireInTheirOrderUnlessTheyAreCancelled() {
    List<String> events = new ArrayList<>();
    host.threads().schedule(3_000, () -> events.add("third"));
    host.threads().schedule(1_000, () -> events.add("first"));
    host.threads().schedule(2_000, () -> events.add("never")).cancel();
    host.start("idle", () -> host.threads().park(this, 1_000_000));

    host.run(Long.MAX_VALUE, LONG);

    assertThat(events).containsExactly("first", "third");
  }

  @Test
  void saysWhatFailedInAThread() {
    host.start(
        "broken",
        () -> {
          throw new IllegalStateException("this is it");
        });

    assertThatThrownBy(() -> host.run(Long.MAX_VALUE, LONG))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("this is it");
  }

  @Test
  void aCrashEndsAllThreadsWhereTheyStand() throws IOException {
    Path file = Path.of("/file");
    List<String> events = new ArrayList<>();
    host.start(
        "writer",
        () -> {
          try (DiskFile out = host.disk().create(file)) {
            out.write(0, new byte[100], 0, 100);
            out.force();
            host.disk().syncDirectory(Path.of("/"));
            events.add("forced");
            host.threads().park(this, TimeUnit.HOURS.toNanos(100));
            events.add("never");
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
    host.run(Long.MAX_VALUE, Duration.ofMinutes(1));

    SimulatedHost next = host.crash(3);

    assertThat(events).containsExactly("forced");
    assertThat(host.ended()).isTrue();
    assertThat(next.disk().size(file)).isEqualTo(100);
    assertThat(next.nanos()).isGreaterThanOrEqualTo(host.nanos());
  }

  @Test
  void endsByItselfAtAnOperationOfTheDisk() {
    for (int operations = 0; operations < 3; operations++) {
      SimulatedHost machine = new SimulatedHost(1);
      machine.endAfterOperations(operations);
      AtomicReference<Integer> done = new AtomicReference<>(0);
      machine.start(
          "creator",
          () -> {
            for (int i = 0; i < 10; i++) {
              try {
                machine.disk().createDirectories(Path.of("/d" + i));
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
              done.set(i + 1);
            }
          });
      machine.run(Long.MAX_VALUE, LONG);

      assertThat(machine.ended()).isTrue();
      assertThat(done.get()).isLessThan(10);
    }
  }
}
