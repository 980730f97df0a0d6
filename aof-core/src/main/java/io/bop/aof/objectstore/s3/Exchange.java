package io.bop.aof.objectstore.s3;

import io.bop.aof.RequestKind;
import io.bop.aof.io.Host;
import io.bop.aof.objectstore.ObjectBody;
import io.bop.aof.objectstore.ObjectStoreException;
import io.bop.aof.objectstore.ObjectStoreException.Reason;
import io.bop.aof.objectstore.RequestMeter;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * One call of an object store: its requests, one after the other, and the wait for each. A wait
 * ends with the answer, at the deadline of the call, when no byte moved for too long, or when the
 * calling thread is interrupted; a request that is not answered by then is aborted with its
 * connection. Confined to the calling thread but for {@link #moved} and {@link #wake}.
 */
final class Exchange {

  private final Host host;
  private final RequestMeter meter;
  private final S3Failures failures;
  private final Limits limits;
  private final ServiceClock clock;
  private final long deadline;
  private final Thread waiter;
  private volatile long lastMoved;

  /**
   * How long things may take.
   *
   * @param deadline of a whole call
   * @param stall without a byte moved
   */
  record Limits(Duration deadline, Duration stall) {}

  /** Sends a request. */
  interface Sending<T> {
    CompletableFuture<T> send();
  }

  /** Sends a request with a body. */
  interface Feeding<T> {
    CompletableFuture<T> send(BodyFeed body);
  }

  private interface Attempt<T> {
    T run() throws ObjectStoreException;
  }

  /** Work for the waiting thread. */
  interface Pump {

    /** None. */
    Pump NONE = () -> false;

    /** Does what can be done now; false when there was nothing to do. */
    boolean pump() throws ObjectStoreException;
  }

  Exchange(Host host, RequestMeter meter, S3Failures failures, Limits limits, ServiceClock clock) {
    this.host = host;
    this.meter = meter;
    this.failures = failures;
    this.limits = limits;
    this.clock = clock;
    this.waiter = Thread.currentThread();
    this.lastMoved = host.time().nanoTime();
    this.deadline = lastMoved + limits.deadline().toNanos();
  }

  /** Sends a request that needs nothing done while it is on its way. */
  <T> T send(RequestKind kind, Sending<T> sending) throws ObjectStoreException {
    return inTime(() -> once(kind, sending, Pump.NONE));
  }

  /** Sends a request with a body, which is fed meanwhile. */
  <T> T send(RequestKind kind, ObjectBody body, Feeding<T> feeding) throws ObjectStoreException {
    return inTime(
        () -> {
          try (BodyFeed feed = new BodyFeed(host.disk(), body, this)) {
            return once(kind, () -> feeding.send(feed), feed);
          }
        });
  }

  private <T> T inTime(Attempt<T> attempt) throws ObjectStoreException {
    try {
      return attempt.run();
    } catch (ObjectStoreException e) {
      if (!clock.refused(e) || !hasTime()) {
        throw e;
      }
    }
    return attempt.run();
  }

  /** Sends a request and waits for its answer, pumping meanwhile. */
  @SuppressWarnings("FutureReturnValueIgnored") // The stage that wakes us; its failure is awaited.
  private <T> T once(RequestKind kind, Sending<T> sending, Pump pump) throws ObjectStoreException {
    moved();
    stopWhenOver();
    meter.request(kind);
    CompletableFuture<T> answer;
    try {
      answer = sending.send();
    } catch (RuntimeException e) {
      throw failures.of(e);
    }
    boolean ended = false;
    try {
      answer.whenComplete((value, failure) -> wake());
      await(answer, pump);
      ended = true;
    } finally {
      if (!ended) {
        answer.cancel(true);
      }
    }
    try {
      return answer.join();
    } catch (CompletionException e) {
      Throwable cause = e.getCause();
      throw failures.of(cause == null ? e : cause);
    } catch (RuntimeException e) {
      throw failures.of(e);
    }
  }

  /** Bytes moved: the request is alive. Any thread. */
  void moved() {
    lastMoved = host.time().nanoTime();
  }

  /** Makes the waiting thread look again. Any thread. */
  void wake() {
    host.threads().unpark(waiter);
  }

  /** Whether there is time for another request. */
  boolean hasTime() {
    return deadline - host.time().nanoTime() > 0 && !Thread.currentThread().isInterrupted();
  }

  S3Failures failures() {
    return failures;
  }

  RequestMeter meter() {
    return meter;
  }

  private void await(CompletableFuture<?> answer, Pump pump) throws ObjectStoreException {
    while (!answer.isDone()) {
      long left = stopWhenOver();
      if (!pump.pump()) {
        host.threads().park(this, left);
      }
    }
  }

  /** How long a wait may last; fails when it may not begin. Leaves an interrupt as it is. */
  private long stopWhenOver() throws ObjectStoreException {
    if (Thread.currentThread().isInterrupted()) {
      throw failures.of(Reason.CANCELLED, "object store call was interrupted", "");
    }
    long now = host.time().nanoTime();
    if (deadline - now <= 0) {
      throw failures.of(
          Reason.TIMEOUT,
          "object store call did not end within its deadline",
          "deadline=" + limits.deadline());
    }
    long silent = now - lastMoved;
    if (silent >= limits.stall().toNanos()) {
      throw failures.of(
          Reason.TIMEOUT,
          "object store request hangs, nothing moved",
          "stallTimeout=" + limits.stall());
    }
    return Math.min(deadline - now, limits.stall().toNanos() - silent);
  }
}
