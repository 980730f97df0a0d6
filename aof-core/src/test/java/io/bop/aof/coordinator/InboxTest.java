package io.bop.aof.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.bop.aof.io.Host;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class InboxTest {

  private static final Duration LIMIT = Duration.ofSeconds(20);

  private final List<Throwable> failures = new CopyOnWriteArrayList<>();
  private final AtomicInteger batches = new AtomicInteger();
  private final Inbox inbox = new Inbox(Host.system(), new Told());

  private final class Told implements Inbox.Owner {
    @Override
    public void stepFailed(Throwable failure) {
      failures.add(failure);
    }

    @Override
    public void batchEnded() {
      batches.incrementAndGet();
    }
  }

  @AfterEach
  void stop() {
    inbox.stop(LIMIT);
  }

  /* Adds the step while another one runs, so that both are of one batch. */
  private void addTogether(Runnable step) {
    CountDownLatch added = new CountDownLatch(1);
    inbox.add(
        () -> {
          try {
            added.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    inbox.add(step);
    inbox.add(batches::get);
    added.countDown();
  }

  @Test
  void goesOnBehindAStepThatThrew() {
    IllegalStateException thrown = new IllegalStateException("a step");
    addTogether(
        () -> {
          throw thrown;
        });

    inbox.awaitDrained(LIMIT);

    assertThat(failures).containsExactly(thrown);
    assertThat(batches).hasPositiveValue();
  }

  @Test
  void goesOnBehindAnErrorToo() {
    InternalError thrown = new InternalError("a mapping lost its file");
    addTogether(
        () -> {
          throw thrown;
        });

    inbox.awaitDrained(LIMIT);

    assertThat(failures).containsExactly(thrown);
  }
}
