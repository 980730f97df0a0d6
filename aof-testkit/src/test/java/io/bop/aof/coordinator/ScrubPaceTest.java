package io.bop.aof.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bop.aof.testkit.simulation.SimulatedHost;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ScrubPaceTest {

  private static final int RATE = 1_000;
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final SimulatedHost host = new SimulatedHost(11);
  private final ScrubPace pace = new ScrubPace(host, RATE);

  @AfterEach
  void release() {
    host.release();
  }

  private long took(Callable<Boolean> body) {
    long before = host.nanos();
    host.call(body);
    return host.nanos() - before;
  }

  @Test
  void paysForAPieceBeforeTheNextOne() {
    long first =
        took(
            () -> {
              pace.next(5 * RATE);
              return true;
            });
    assertThat(first).isLessThan(SECOND);
    long next =
        took(
            () -> {
              pace.next(1);
              return true;
            });
    assertThat(next).isBetween(5 * SECOND - first, 6 * SECOND);
  }

  @Test
  void savesNothingUp() {
    host.run(Long.MAX_VALUE, Duration.ofMinutes(10));
    host.call(() -> pace.pause(TimeUnit.MINUTES.toNanos(10)));
    long took =
        took(
            () -> {
              for (int i = 0; i < 11; i++) {
                pace.next(RATE);
              }
              return true;
            });
    assertThat(took).isGreaterThanOrEqualTo(10 * SECOND);
  }

  @Test
  void takesTheLargestPieceAtTheLargestRate() {
    ScrubPace free = new ScrubPace(host, Long.MAX_VALUE);
    long took =
        took(
            () -> {
              free.next(8 << 20);
              free.next(8 << 20);
              return true;
            });
    assertThat(took).isLessThan(SECOND);
  }

  @Test
  void endsAWaitWhenItIsStopped() {
    List<String> ends = new ArrayList<>();
    host.start(
        "waits",
        () -> {
          try {
            pace.next(RATE);
            pace.next(1_000_000 * RATE / RATE);
            pace.next(1);
          } catch (InterruptedIOException e) {
            ends.add(e.getMessage());
          }
        });
    host.run(Long.MAX_VALUE, Duration.ofSeconds(20));
    assertThat(ends).isEmpty();
    long before = host.nanos();
    host.call(
        () -> {
          pace.stop();
          return true;
        });
    host.run(100, Duration.ofSeconds(20));
    assertThat(ends).containsExactly("store is being closed");
    assertThat(host.nanos() - before).isLessThan(20 * SECOND);
    assertThat(pace.isStopped()).isTrue();
    host.call(
        () -> {
          assertThat(pace.pause(1)).isFalse();
          assertThatThrownBy(() -> pace.next(1)).isInstanceOf(InterruptedIOException.class);
          return true;
        });
  }

  @Test
  void pausesAsLongAsItIsTold() {
    long took = took(() -> pace.pause(7 * SECOND));
    assertThat(took).isBetween(7 * SECOND, 8 * SECOND);
  }
}
