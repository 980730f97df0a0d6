package io.bop.aof.spring.listener;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Reads streams and hands their records to a listener, at least once and in order, from the place
 * where it was when it was last stopped. Made by an {@link AofListenerContainerFactory}.
 *
 * <p>Only durable records are delivered: what a listener has seen cannot vanish. The place of each
 * stream is kept in the store, under the container's id; two containers of one store must not have
 * the same. One store belongs to one process, and so does each container.
 *
 * <p>Can be started and stopped again and again. Thread-safe.
 */
public final class AofListenerContainer implements SmartLifecycle {

  /** Starts after the store and most other beans, and stops before them. */
  public static final int PHASE = Integer.MAX_VALUE - 100;

  private static final Logger log = LoggerFactory.getLogger(AofListenerContainer.class);
  private static final long INTERRUPT_GRACE = TimeUnit.SECONDS.toNanos(1);

  private final ListenerSetup setup;
  private final Map<String, StreamCounters> counters = new ConcurrentHashMap<>();
  private volatile @Nullable ListenerRun run;
  private volatile boolean paused;

  AofListenerContainer(ListenerSetup setup) {
    this.setup = setup;
  }

  /** The id of the container, and the name of its places. */
  public String id() {
    return setup.id();
  }

  /** Who listens to what. */
  public AofListenerEndpoint endpoint() {
    return setup.endpoint();
  }

  /** How it reads and delivers. */
  public AofListenerOptions options() {
    return setup.options();
  }

  /**
   * Starts to deliver; does nothing when it does already, or is about to.
   *
   * @throws IllegalStateException when a call of the listener has not ended since the last stop
   */
  @Override
  public void start() {
    ListenerRun next = next();
    if (next == null) {
      return;
    }
    try {
      next.start();
    } catch (RuntimeException | Error e) {
      next.requestStop();
      throw e;
    }
    log.info("listener started: listener={} paused={}", id(), paused);
  }

  /** The run to start; null: one is under way. It counts as one before it begins to look around. */
  private synchronized @Nullable ListenerRun next() {
    ListenerRun last = run;
    if (last != null && last.isAlive()) {
      if (!last.isStopping()) {
        return null;
      }
      throw new IllegalStateException(
          "listener has not ended since it was stopped: listener="
              + id()
              + " action=let the listener return when its thread is interrupted");
    }
    ListenerRun next =
        new ListenerRun(setup, paused, name -> counters.computeIfAbsent(name, StreamCounters::new));
    run = next;
    return next;
  }

  /**
   * Ends the deliveries, and saves the places. Waits for the calls of the listener in progress, up
   * to the shutdown timeout; then interrupts them, and waits for another second. Called by the
   * listener itself, it does not wait.
   */
  @Override
  public void stop() {
    ListenerRun current = run;
    if (current == null || !current.isAlive()) {
      return;
    }
    current.requestStop();
    if (current.owns(Thread.currentThread())) {
      return;
    }
    try {
      awaitEnd(current);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      current.interrupt();
    }
  }

  private void awaitEnd(ListenerRun current) throws InterruptedException {
    long begin = System.nanoTime();
    boolean ended = current.awaitEnd(options().shutdownTimeout().toNanos());
    if (!ended) {
      log.warn(
          "listener is interrupted, it did not end in time: listener={} timeout={}",
          id(),
          options().shutdownTimeout());
      current.interrupt();
      ended = current.awaitEnd(INTERRUPT_GRACE);
    }
    long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
    if (ended) {
      log.info("listener stopped: listener={} took={}ms", id(), took);
    } else {
      current.abandon();
      log.error(
          "listener does not end, it is left alone and its last records come again:"
              + " listener={} took={}ms",
          id(),
          took);
    }
  }

  /** Stops on a thread of its own, so that others can stop at the same time. */
  @Override
  public void stop(Runnable callback) {
    Thread stopper =
        new Thread(
            () -> {
              try {
                stop();
              } finally {
                callback.run();
              }
            },
            "aof-listener-" + id() + "-stop");
    stopper.start();
  }

  /**
   * Delivers nothing any more until {@link #resume()}; keeps and saves the places. Returns at once;
   * a call of the listener in progress goes on. Holds for the next start too.
   */
  public void pause() {
    pause(true);
  }

  /** Ends a {@link #pause()}. */
  public void resume() {
    pause(false);
  }

  private synchronized void pause(boolean value) {
    paused = value;
    ListenerRun current = run;
    if (current != null) {
      current.paused(value);
    }
  }

  /** Whether it was told to pause. */
  public boolean isPaused() {
    return paused;
  }

  /** Whether threads of it are at work, those of a stop that has not ended among them. */
  @Override
  public boolean isRunning() {
    ListenerRun current = run;
    return current != null && current.isAlive();
  }

  @Override
  public boolean isAutoStartup() {
    return options().autoStartup();
  }

  @Override
  public int getPhase() {
    return PHASE;
  }

  /** What it is doing. */
  public ListenerState state() {
    ListenerRun current = run;
    if (current == null) {
      return ListenerState.STOPPED;
    }
    if (current.failure() != null) {
      return ListenerState.FAILED;
    }
    if (current.isStopping() || !current.isAlive()) {
      return current.isAlive() ? ListenerState.STOPPING : ListenerState.STOPPED;
    }
    return paused ? ListenerState.PAUSED : ListenerState.RUNNING;
  }

  /** Its state, places and counts, read from memory. */
  public AofListenerSnapshot snapshot() {
    ListenerRun current = run;
    return new AofListenerSnapshot(
        id(),
        state(),
        current == null ? null : current.failure(),
        new TreeMap<>(counters)
            .values().stream().map(counter -> counter.snapshot(setup.store())).toList());
  }

  @Override
  public String toString() {
    return "AofListenerContainer[id=" + id() + ", state=" + state() + "]";
  }
}
