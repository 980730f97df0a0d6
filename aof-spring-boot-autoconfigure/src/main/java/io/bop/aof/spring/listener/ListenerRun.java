package io.bop.aof.spring.listener;

import io.bop.aof.StoreClosedException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run of a container, from a start to the stop after it: its threads and what they are told.
 * Thread-safe.
 */
final class ListenerRun {

  /*
   * Each start makes a new run. A listener that does not come back after a stop keeps its old run,
   * which was abandoned and saves nothing any more, whatever it does later.
   *
   * Threads are told to end by a flag that they look at before each delivery and that wakes them
   * from every wait. Only when the time for that is over they are interrupted.
   */

  private static final Logger log = LoggerFactory.getLogger(ListenerRun.class);
  private static final long LONGEST_WAIT_MILLIS = 1_000;

  private final ListenerSetup setup;
  private final Function<String, StreamCounters> counters;
  private final Signal signal = new Signal();
  private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
  private final AtomicReference<@Nullable String> failure = new AtomicReference<>();
  private volatile boolean starting = true;
  private volatile boolean paused;
  private volatile boolean stopping;
  private volatile boolean abandoned;

  ListenerRun(ListenerSetup setup, boolean paused, Function<String, StreamCounters> counters) {
    this.setup = setup;
    this.paused = paused;
    this.counters = counters;
  }

  ListenerSetup setup() {
    return setup;
  }

  Signal signal() {
    return signal;
  }

  /** The counters of a stream, which outlive this run. */
  StreamCounters counters(String stream) {
    return counters.apply(stream);
  }

  /** Finds the streams that are there, and starts the threads. */
  void start() {
    try {
      StreamDiscovery discovery = new StreamDiscovery(this);
      discovery.discover(true);
      launch("streams", discovery);
    } finally {
      starting = false;
      signal.wake();
    }
  }

  /** Starts a thread of this run. */
  void launch(String purpose, Runnable body) {
    Thread thread = setup.threads().newThread(() -> guarded(purpose, body));
    thread.setName("aof-listener-" + setup.id() + "-" + purpose);
    threads.add(thread);
    boolean started = false;
    try {
      thread.start();
      started = true;
    } finally {
      if (!started) {
        threads.remove(thread);
      }
    }
  }

  private void guarded(String purpose, Runnable body) {
    try {
      body.run();
    } catch (StoreClosedException e) {
      log.info("store was closed, listener stops: listener={}", setup.id());
      requestStop();
    } catch (Throwable e) {
      fail("listener thread failed: thread=" + purpose + " reason=" + e, e);
    } finally {
      threads.remove(Thread.currentThread());
      signal.wake();
    }
  }

  /** Stops all of it because of a failure; the first one counts. */
  void fail(String message, Throwable cause) {
    if (failure.compareAndSet(null, message)) {
      log.error(
          "listener stops: listener={} reason={} action=remove the cause, and start it again",
          setup.id(),
          message,
          cause);
    }
    requestStop();
  }

  @Nullable String failure() {
    return failure.get();
  }

  void paused(boolean value) {
    paused = value;
    signal.wake();
  }

  void requestStop() {
    stopping = true;
    signal.wake();
  }

  boolean isStopping() {
    return stopping;
  }

  /** Whether its threads may still be at work after the time for a stop was over. */
  boolean isAbandoned() {
    return abandoned;
  }

  void abandon() {
    abandoned = true;
  }

  /** Whether it is being started, or threads of it are at work. */
  boolean isAlive() {
    return starting || !threads.isEmpty();
  }

  boolean owns(Thread thread) {
    return threads.contains(thread);
  }

  /** Interrupts whatever still runs, after {@link #requestStop()}. */
  void interrupt() {
    threads.forEach(Thread::interrupt);
  }

  /** Waits for the end of all threads; false: it did not come in time. */
  boolean awaitEnd(long nanos) throws InterruptedException {
    long deadline = System.nanoTime() + nanos;
    while (true) {
      long seen = signal.wakes();
      long left = deadline - System.nanoTime();
      if (!isAlive() || left <= 0) {
        return !isAlive();
      }
      signal.await(seen, left);
    }
  }

  /**
   * Waits while the container is paused.
   *
   * @param whilePaused is called at least once then, and from time to time
   * @return false: the container stops
   */
  boolean mayDeliver(Runnable whilePaused) {
    while (paused && !stopping) {
      long seen = signal.wakes();
      whilePaused.run();
      if (paused && !stopping) {
        await(seen, TimeUnit.MILLISECONDS.toNanos(LONGEST_WAIT_MILLIS));
      }
    }
    return !stopping;
  }

  /** Waits that long; false: the container stops, and so the wait ended. */
  boolean sleep(long millis) {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    while (!stopping) {
      long seen = signal.wakes();
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        return true;
      }
      if (!stopping) {
        await(seen, left);
      }
    }
    return false;
  }

  /**
   * Waits for a wake after {@code seen}, or that long. An interrupt ends it and is forgotten: ours
   * come with a stop, which everybody looks for, and those of others are not for us.
   */
  void await(long seen, long nanos) {
    try {
      signal.await(seen, nanos);
    } catch (InterruptedException e) {
      log.debug("listener was interrupted: listener={} stopping={}", setup.id(), stopping);
    }
  }
}
