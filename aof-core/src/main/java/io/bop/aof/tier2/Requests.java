package io.bop.aof.tier2;

import io.bop.aof.Tier2UnavailableException;
import io.bop.aof.io.Host;
import io.bop.aof.objectstore.ObjectStoreException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Takes a call through all that surrounds it: breaker outside, then the lane, then deadline, then
 * retries; and accounts for its end, once. Immutable.
 */
final class Requests {

  private final Host host;
  private final Retries retries;
  private final Tier2Listener listener;
  private final Duration deadline;

  Requests(Host host, Retries retries, Tier2Listener listener, Duration deadline) {
    this.host = host;
    this.retries = retries;
    this.listener = listener;
    this.deadline = deadline;
  }

  /** What is to be done, which way, and with whose places. */
  record Request(Tier2Operation operation, String key, Gate gate, Lane lane) {
    String describe() {
      return "operation=" + operation + " key=" + key;
    }
  }

  /** How a call ended. */
  record Ended(Tier2Outcome outcome, long bytes) {
    static Ended ok(long bytes) {
      return new Ended(Tier2Outcome.OK, bytes);
    }
  }

  /** What runs on a worker. */
  interface Job<T> {
    /**
     * Runs to the end.
     *
     * @param deadline monotonic nanoseconds
     */
    T run(long deadline) throws ObjectStoreException;
  }

  /** Says what a result means. */
  interface Judge<T> {
    Ended judge(T result);
  }

  /** Runs attempts of one call. */
  <T> T retrying(Request request, Retries.Attempt<T> attempt, Judge<T> judge)
      throws ObjectStoreException {
    return run(request, limit -> retry(request, limit, attempt), judge);
  }

  /** Attempts, within a job. */
  <T> T retry(Request request, long limit, Retries.Attempt<T> attempt) throws ObjectStoreException {
    return retries.run(
        limit,
        attempt,
        (number, reason) -> {
          request.gate().counters().retried();
          listener.retry(request.operation(), number, reason);
        });
  }

  /** Runs a job. */
  <T> T run(Request request, Job<T> job, Judge<T> judge) throws ObjectStoreException {
    Gate gate = request.gate();
    long start = host.time().nanoTime();
    if (!gate.breaker().tryAcquire()) {
      report(request, new Ended(Tier2Outcome.REJECTED, 0), start);
      throw rejected(gate);
    }
    long limit = start + deadline.toNanos();
    Call<T> call = new Call<>(host, () -> job.run(limit), limit, request.describe());
    Ended ended = new Ended(Tier2Outcome.FAULT, 0);
    @Nullable Throwable failure = null;
    try {
      T result = request.lane().run(call);
      ended = judge.judge(result);
      return result;
    } catch (ObjectStoreException e) {
      failure = e;
      ended = new Ended(Tier2Outcome.of(e.reason()), 0);
      throw e;
    } catch (RuntimeException | Error e) {
      failure = e;
      throw e;
    } finally {
      Tier2Operation operation = request.operation();
      if (failure != null && ended.outcome().isFailure()) {
        gate.failed(failure);
      }
      gate.breaker().ended(operation, ended.outcome(), call.workedNanos(), failure);
      if (call.wasAbandoned()) {
        gate.abandonedOne();
      }
      report(request, ended, start);
    }
  }

  private void report(Request request, Ended ended, long start) {
    request.gate().counters().ended(ended.outcome(), ended.bytes());
    Duration took = Duration.ofNanos(host.time().nanoTime() - start);
    listener.request(request.operation(), ended.outcome(), took, ended.bytes());
  }

  private static Tier2UnavailableException rejected(Gate gate) {
    return new Tier2UnavailableException(gate.breaker().state(), gate.breaker().reason(), null);
  }
}
