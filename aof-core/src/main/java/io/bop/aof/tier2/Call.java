package io.bop.aof.tier2;

import io.bop.aof.io.Host;
import io.bop.aof.objectstore.ObjectStoreException;
import io.bop.aof.objectstore.ObjectStoreException.Reason;
import org.jspecify.annotations.Nullable;

/**
 * One call: work that runs on a worker while the caller waits for it, but never beyond the
 * deadline. The first end counts; what a worker brings after that is dropped. Thread-safe; state
 * guarded by this.
 */
final class Call<T> {

  private final Host host;
  private final Work<T> work;
  private final long deadline;
  private final String description;
  private final Thread waiter;
  private final long created;
  private @Nullable Thread runner;
  private long begun;
  private long finished;
  private boolean hasBegun;
  private boolean ended;
  private boolean abandoned;
  private @Nullable T value;
  private @Nullable Throwable failure;

  /** What a worker does; ends early when its thread is interrupted. */
  interface Work<T> {
    T run() throws ObjectStoreException;
  }

  /**
   * A call of the current thread, which must be the one to {@link #await}.
   *
   * @param deadline monotonic nanoseconds
   * @param description {@code key=value} facts for messages
   */
  Call(Host host, Work<T> work, long deadline, String description) {
    this.host = host;
    this.work = work;
    this.deadline = deadline;
    this.description = description;
    this.waiter = Thread.currentThread();
    this.created = host.time().nanoTime();
    this.begun = created;
    this.finished = created;
  }

  /** Runs the work on the current thread, a worker's, unless the call has ended. */
  void run() {
    synchronized (this) {
      if (ended) {
        return;
      }
      runner = Thread.currentThread();
      hasBegun = true;
      begun = host.time().nanoTime();
    }
    @Nullable T result = null;
    @Nullable Throwable thrown = null;
    try {
      result = work.run();
    } catch (Throwable e) {
      thrown = e;
    }
    synchronized (this) {
      runner = null;
      // An interrupt meant for this call must not hit the next one on this thread.
      Thread.interrupted();
      end(result, thrown);
    }
  }

  /** Ends it with that failure, if it has not ended, and interrupts the worker. */
  synchronized void cancel(ObjectStoreException why) {
    if (!ended && runner != null) {
      abandoned = true;
      runner.interrupt();
    }
    end(null, why);
  }

  /** Asks once more a worker that did not hear that the call has ended; no other call's worker. */
  synchronized void interruptAgain() {
    if (abandoned && runner != null) {
      runner.interrupt();
    }
  }

  /** Waits for the end; the deadline and an interrupt are ends too. */
  T await() throws ObjectStoreException {
    boolean interrupted = false;
    while (!hasEnded()) {
      long remaining = deadline - host.time().nanoTime();
      if (remaining <= 0) {
        cancel(failure(Reason.TIMEOUT, overdue()));
      } else if (Thread.interrupted()) {
        interrupted = true;
        cancel(failure(Reason.CANCELLED, "caller was interrupted"));
      } else {
        host.threads().park(this, remaining);
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return result();
  }

  private synchronized String overdue() {
    return hasBegun
        ? "call did not end within its deadline"
        : "call did not begin within its deadline, others had all places";
  }

  /** Whether it waited for a worker for longer than it was worked on. */
  synchronized boolean mostlyWaited() {
    return !hasBegun || begun - created >= finished - begun;
  }

  /** Whether the work came to its end, in time and without a failure. */
  synchronized boolean wentWell() {
    return hasBegun && ended && failure == null;
  }

  /** How long the work took; from the call on when it never came to a worker. */
  synchronized long workedNanos() {
    return finished - begun;
  }

  /** What it is, as {@code key=value} facts. */
  String describe() {
    return description;
  }

  private ObjectStoreException failure(Reason reason, String phrase) {
    return new ObjectStoreException(reason, phrase + ": " + description, null);
  }

  /** Whether a transfer was left running when the call ended. */
  synchronized boolean wasAbandoned() {
    return abandoned;
  }

  private synchronized boolean hasEnded() {
    return ended;
  }

  private synchronized void end(@Nullable T result, @Nullable Throwable thrown) {
    if (!ended) {
      ended = true;
      finished = host.time().nanoTime();
      value = result;
      failure = thrown;
      host.threads().unpark(waiter);
    }
  }

  @SuppressWarnings("NullAway") // Work returns no null, so the value is there without a failure.
  private synchronized T result() throws ObjectStoreException {
    if (failure instanceof ObjectStoreException known) {
      throw known;
    }
    if (failure instanceof RuntimeException unchecked) {
      throw unchecked;
    }
    if (failure instanceof Error error) {
      throw error;
    }
    return value;
  }
}
