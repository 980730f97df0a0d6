package io.bop.aof.tier2;

import io.bop.aof.io.Threads.WorkerPool;
import io.bop.aof.objectstore.ObjectStoreException;
import io.bop.aof.objectstore.ObjectStoreException.Reason;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * So many calls at once, the others in order of arrival. Thread-safe; state guarded by this.
 *
 * <p>A place is free again when the work has really ended, not when its caller gave up: transfers
 * that hang for ever cannot pile up, and take places from their own lane only. The queue holds only
 * calls whose caller waits, so it is bounded by the threads that call.
 */
final class Lane {

  private final WorkerPool pool;
  private final int limit;
  private final Deque<Call<?>> queue = new ArrayDeque<>();
  private final Set<Call<?>> running = new LinkedHashSet<>();
  private int workers;
  private boolean closed;

  /** The pool must have {@code limit} threads for this lane. */
  Lane(WorkerPool pool, int limit) {
    this.pool = pool;
    this.limit = limit;
  }

  /** Runs the call and waits for its end. */
  <T> T run(Call<T> call) throws ObjectStoreException {
    if (add(call)) {
      pool.execute(this::work);
    }
    try {
      return call.await();
    } finally {
      remove(call);
    }
  }

  /** Ends all calls, waiting or running. */
  void close() {
    List<Call<?>> open;
    synchronized (this) {
      closed = true;
      open = new ArrayList<>(queue);
      open.addAll(running);
    }
    open.forEach(call -> call.cancel(closedFailure()));
  }

  static ObjectStoreException closedFailure() {
    return new ObjectStoreException(Reason.CANCELLED, "tier 2 was closed", null);
  }

  private synchronized boolean add(Call<?> call) throws ObjectStoreException {
    if (closed) {
      throw closedFailure();
    }
    queue.add(call);
    if (workers == limit) {
      return false;
    }
    workers++;
    return true;
  }

  private synchronized void remove(Call<?> call) {
    queue.remove(call);
  }

  private void work() {
    @Nullable Call<?> call = next(null);
    while (call != null) {
      call.run();
      call = next(call);
    }
  }

  private synchronized @Nullable Call<?> next(@Nullable Call<?> finished) {
    if (finished != null) {
      running.remove(finished);
    }
    @Nullable Call<?> call = queue.poll();
    if (call == null) {
      workers--;
    } else {
      running.add(call);
    }
    return call;
  }
}
