package io.bop.aof.spring.boot.autoconfigure;

import io.bop.aof.AofStore;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Closes the store when the context stops: after listeners and web requests, whose phases are
 * higher. The store is open as soon as its bean exists; starting does nothing.
 */
final class AofStoreLifecycle implements SmartLifecycle {

  static final int PHASE = Integer.MIN_VALUE / 2;

  private static final Logger log = LoggerFactory.getLogger(AofStoreLifecycle.class);

  private enum State {
    NEW,
    RUNNING,
    CLOSED
  }

  private final AofStore store;
  private final String root;
  private volatile State state = State.NEW;

  AofStoreLifecycle(AofStore store, String root) {
    this.store = store;
    this.root = root;
  }

  /** A closed store does not open again; a context that was stopped cannot be used any more. */
  @Override
  public void start() {
    if (state == State.CLOSED) {
      throw new IllegalStateException(
          "store was closed when the context stopped: root=" + root + " action=use a new context");
    }
    state = State.RUNNING;
  }

  @Override
  public void stop() {
    close();
  }

  /** On a thread of its own, so that the context's timeout for this phase bounds the wait. */
  @Override
  public void stop(Runnable callback) {
    Thread closer =
        new Thread(
            () -> {
              try {
                close();
              } finally {
                callback.run();
              }
            },
            "aof-close");
    closer.start();
  }

  private void close() {
    log.info("closing AOF store: root={}", root);
    long begin = System.nanoTime();
    state = State.CLOSED;
    try {
      store.close();
    } catch (RuntimeException e) {
      log.error("AOF store did not close cleanly: root={}", root, e);
      return;
    }
    Duration took = Duration.ofNanos(System.nanoTime() - begin);
    log.info("closed AOF store: root={} took={}ms", root, took.toMillis());
  }

  @Override
  public boolean isRunning() {
    return state == State.RUNNING;
  }

  /** Pausing a context must not close what cannot be opened again. */
  @Override
  public boolean isPauseable() {
    return false;
  }

  @Override
  public int getPhase() {
    return PHASE;
  }
}
