package io.bop.aof.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.bop.aof.io.Host;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class InboxTest {

  private static final Duration LIMIT = Duration.ofSeconds(20);

  private final List<Throwable> failures = new CopyOnWriteArrayList<>();
  private final AtomicReference<@Nullable Runnable> atEnd = new AtomicReference<>();
  private final Inbox inbox =
      new Inbox(
          Host.system(),
          new Inbox.Owner() {
            @Override
            public void stepFailed(Throwable failure) {
              failures.add(failure);
            }

            @Override
            public void batchEnded() {
              Runnable action = atEnd.getAndSet(null);
              if (action != null) {
                action.run();
              }
            }
          });

  @AfterEach
  void stop() {
    inbox.stop(LIMIT);
  }

  @Test
  void runsWhatIsBehindAStepThatThrewAndTellsOfIt() {
    RuntimeException failure = new IllegalStateException("a step");
    inbox.add(
        () -> {
          throw failure;
        });

    inbox.awaitDrained(LIMIT);

    assertThat(failures).containsExactly(failure);
  }

  /* Both steps are added between two batches, so that nothing but the failed batch runs them. */
  @Test
  void runsWhatIsBehindAStepThatThrewAnErrorAndTellsOfIt() {
    Error failure = new InternalError("a step");
    Pending<Boolean> behind = new Pending<>(Host.system());
    atEnd.set(
        () -> {
          inbox.add(
              () -> {
                throw failure;
              });
          inbox.add(() -> behind.complete(true));
        });
    inbox.add(() -> {});

    assertThat(behind.await("step behind an error", LIMIT.toNanos())).isTrue();

    assertThat(failures).containsExactly(failure);
  }

  @Test
  void tellsOfABatchWhoseEndThrew() {
    RuntimeException failure = new IllegalStateException("the end");
    atEnd.set(
        () -> {
          throw failure;
        });

    inbox.add(() -> {});

    // What was added is run before the end of its batch.
    await().untilAsserted(() -> assertThat(failures).containsExactly(failure));
  }

  @Test
  void runsALaterStepInItsTime() {
    Pending<Boolean> later = new Pending<>(Host.system());
    inbox.addLater(1_000, () -> later.complete(true));

    assertThat(later.await("later step", LIMIT.toNanos())).isTrue();
  }

  @Test
  void remembersNothingThatWaitsForItsTimeOnceItStopped() {
    WeakReference<Object> known = planFarAhead();
    inbox.stop(LIMIT);

    await()
        .untilAsserted(
            () -> {
              System.gc();
              assertThat(known.get()).isNull();
            });
  }

  private WeakReference<Object> planFarAhead() {
    RuntimeException known = new IllegalStateException("never");
    inbox.addLater(Duration.ofHours(1).toNanos(), () -> failures.add(known));
    return new WeakReference<>(known);
  }
}
