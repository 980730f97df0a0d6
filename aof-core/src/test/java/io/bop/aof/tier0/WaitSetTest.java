package io.bop.aof.tier0;

import static org.assertj.core.api.Assertions.assertThat;

import io.bop.aof.io.Host;
import io.bop.aof.tier0.WaitSet.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class WaitSetTest {

  private final Host host = Host.system();
  private final WaitSet waits = new WaitSet(host);

  private long in(long millis) {
    return host.time().nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
  }

  @Test
  void returnsAtOnceWhenTheConditionIsTrueAndAtTheDeadlineWhenItIsNot() {
    assertThat(waits.await(() -> true, in(-1), true)).isEqualTo(Outcome.DONE);
    long deadline = in(20);
    assertThat(waits.await(() -> false, deadline, true)).isEqualTo(Outcome.TIMED_OUT);
    assertThat(host.time().nanoTime()).isGreaterThanOrEqualTo(deadline);
    assertThat(waits.size()).isZero();
  }

  @Test
  void anInterruptEndsTheWaitOnlyIfItMay() {
    Thread.currentThread().interrupt();
    assertThat(waits.await(() -> false, in(10_000), true)).isEqualTo(Outcome.INTERRUPTED);
    assertThat(Thread.interrupted()).isTrue();
    Thread.currentThread().interrupt();
    assertThat(waits.await(() -> false, in(20), false)).isEqualTo(Outcome.TIMED_OUT);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(waits.size()).isZero();
  }

  @Test
  void wakesAllWhoWait() throws Exception {
    AtomicBoolean go = new AtomicBoolean();
    ExecutorService threads = Executors.newFixedThreadPool(6);
    List<Future<Outcome>> waiting = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      waiting.add(threads.submit(() -> waits.await(go::get, in(20_000), true)));
    }
    Awaitility.await("all threads are waiting").until(() -> waits.size() == 6);
    go.set(true);
    waits.wakeAll();
    for (Future<Outcome> each : waiting) {
      assertThat(each.get(10, TimeUnit.SECONDS)).isEqualTo(Outcome.DONE);
    }
    threads.shutdownNow();
  }

  @Test
  void passesATurnAroundManyThreadsWithoutLosingOne() throws Exception {
    int players = 4;
    int rounds = 500;
    AtomicInteger turn = new AtomicInteger();
    ExecutorService threads = Executors.newFixedThreadPool(players);
    List<Future<Boolean>> games = new ArrayList<>();
    for (int p = 0; p < players; p++) {
      int me = p;
      games.add(
          threads.submit(
              () -> {
                for (int r = 0; r < rounds; r++) {
                  int mine = r * players + me;
                  if (waits.await(() -> turn.get() == mine, in(10_000), true) != Outcome.DONE) {
                    return false;
                  }
                  turn.incrementAndGet();
                  waits.wakeAll();
                }
                return true;
              }));
    }
    for (Future<Boolean> game : games) {
      assertThat(game.get(20, TimeUnit.SECONDS)).isTrue();
    }
    threads.shutdownNow();
    assertThat(turn).hasValue(players * rounds);
    assertThat(waits.size()).isZero();
  }
}
