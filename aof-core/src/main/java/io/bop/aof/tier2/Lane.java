package io.bop.aof.tier2;

import io.bop.aof.io.Threads;
import io.bop.aof.io.Threads.Timer;
import io.bop.aof.io.Threads.WorkerPool;
import io.bop.aof.objectstore.ObjectStoreException;
import io.bop.aof.objectstore.ObjectStoreException.Reason;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * So many calls at once, the others in order of arrival. Thread-safe; state guarded by this.
 *
 * <p>A place is free again when the work has really ended, not when its caller gave up: transfers
 * that hang cannot pile up, and take places from their own lane only. One that does not end within
 * the patience after that either is given up for good: it keeps its thread, and its place gets
 * another. The queue holds only calls whose caller waits, so it is bounded by the threads that
 * call.
 */
final class Lane {

  /** Threads that transfers which never ended may keep, so that a broken store costs no more. */
  static final int MOST_GIVEN_UP = 8;

  private static final Logger log = LoggerFactory.getLogger(Lane.class);

  private final Threads threads;
  private final Pools pools;
  private final int limit;
  private final Duration patience;
  private final Deque<Call<?>> queue = new ArrayDeque<>();
  private final Set<Call<?>> running = new LinkedHashSet<>();
  private final Set<Call<?>> givenUp = new LinkedHashSet<>();
  private final Map<Call<?>, Timer> patient = new LinkedHashMap<>();
  private int workers; // those whose transfer was given up are none any more
  private int regularThreads;
  private long served;
  private boolean closed;

  /**
   * Where the calls run.
   *
   * @param regular has as many threads for this lane as calls may run at once
   * @param spare has {@link #MOST_GIVEN_UP} threads for this lane
   */
  record Pools(WorkerPool regular, WorkerPool spare) {}

  /**
   * Without calls.
   *
   * @param patience how long a transfer keeps its place after its call has ended; it doubles with
   *     each that was given up and has not ended since
   */
  Lane(Threads threads, Pools pools, int limit, Duration patience) {
    this.threads = threads;
    this.pools = pools;
    this.limit = limit;
    this.patience = patience;
  }

  /**
   * Runs the call and waits for its end.
   *
   * @throws CrowdedException when its deadline came because it waited for others that went well
   */
  <T> T run(Call<T> call) throws ObjectStoreException {
    long before = add(call);
    try {
      return call.await();
    } catch (ObjectStoreException e) {
      if (e.reason() == Reason.TIMEOUT && call.mostlyWaited() && served() != before) {
        throw new CrowdedException(e);
      }
      throw e;
    } finally {
      remove(call);
      if (call.wasAbandoned()) {
        giveUpLater(call);
      }
    }
  }

  /** Ends all calls, waiting or running. */
  void close() {
    List<Call<?>> open;
    synchronized (this) {
      closed = true;
      open = new ArrayList<>(queue);
      open.addAll(running);
      // They would keep what is closed in memory for as long.
      patient.values().forEach(Timer::cancel);
      patient.clear();
    }
    open.forEach(call -> call.cancel(closedFailure()));
  }

  static ObjectStoreException closedFailure() {
    return new ObjectStoreException(Reason.CANCELLED, "tier 2 was closed", null);
  }

  /** Transfers whose call has ended and that still run. */
  synchronized int stuck() {
    int stuck = givenUp.size();
    for (Call<?> call : running) {
      if (call.wasAbandoned()) {
        stuck++;
      }
    }
    return stuck;
  }

  private synchronized long add(Call<?> call) throws ObjectStoreException {
    if (closed) {
      throw closedFailure();
    }
    queue.add(call);
    if (workers < limit) {
      workers++;
      startWorker();
    }
    return served;
  }

  private synchronized long served() {
    return served;
  }

  private synchronized void remove(Call<?> call) {
    queue.remove(call);
  }

  private void startWorker() {
    boolean regular = regularThreads < limit;
    if (regular) {
      regularThreads++;
    }
    (regular ? pools.regular() : pools.spare()).execute(() -> work(regular));
  }

  private void work(boolean regular) {
    @Nullable Call<?> call = next(null, regular);
    while (call != null) {
      call.run();
      call = next(call, regular);
    }
  }

  private synchronized @Nullable Call<?> next(@Nullable Call<?> last, boolean regular) {
    boolean mayGoOn = true;
    if (last != null) {
      running.remove(last);
      mayGoOn = !givenUp.remove(last);
      served += last.wentWell() ? 1 : 0;
      @Nullable Timer waiting = patient.remove(last);
      if (waiting != null) {
        waiting.cancel();
      }
    }
    @Nullable Call<?> call = mayGoOn ? queue.poll() : null;
    if (call != null) {
      running.add(call);
      return call;
    }
    if (mayGoOn) {
      workers--;
    }
    if (regular) {
      regularThreads--;
    }
    return null;
  }

  // ---- transfers that never end

  private synchronized void giveUpLater(Call<?> call) {
    if (running.contains(call) && !closed) {
      long nanos = patience.toNanos() << Math.min(givenUp.size(), MOST_GIVEN_UP);
      patient.put(call, threads.schedule(nanos, () -> giveUp(call)));
    }
  }

  private void giveUp(Call<?> call) {
    synchronized (this) {
      patient.remove(call);
      if (!running.contains(call) || closed) {
        return;
      }
      call.interruptAgain();
      if (givenUp.size() == MOST_GIVEN_UP) {
        giveUpLater(call);
        return;
      }
      running.remove(call);
      givenUp.add(call);
      if (queue.isEmpty()) {
        workers--;
      } else {
        startWorker();
      }
    }
    log.warn("transfer never ended and is given up, another takes its place: {}", call.describe());
  }
}
