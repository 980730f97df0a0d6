package io.bop.aof.sample.startup;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

/**
 * Tells a start that is under way that the application is being closed, and holds the closing up,
 * within bounds, until the start has let go of the store. So Ctrl-C ends an ingest cleanly.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
final class StopSignal implements ApplicationListener<ContextClosedEvent> {

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final CountDownLatch finished = new CountDownLatch(1);
  private volatile boolean stopping;
  private volatile boolean begun;

  /** Whether the application is being closed. */
  boolean stopping() {
    return stopping;
  }

  /** The start begins to use the store. */
  void begin() {
    begun = true;
  }

  /** The start uses the store no more. */
  void finish() {
    finished.countDown();
  }

  @Override
  public void onApplicationEvent(ContextClosedEvent event) {
    stopping = true;
    if (!begun) {
      return;
    }
    try {
      finished.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
