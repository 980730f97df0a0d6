package io.bop.aof.tier2;

import io.bop.aof.RetryConfig;
import io.bop.aof.io.Host;
import io.bop.aof.objectstore.ObjectStoreException;
import io.bop.aof.objectstore.ObjectStoreException.Reason;
import java.time.Duration;

/**
 * Tries again what may succeed a little later: exponential backoff with full jitter, so that many
 * callers who failed together do not come back together. Immutable.
 */
final class Retries {

  private static final int MAX_DOUBLINGS = 30;

  private final Host host;
  private final RetryConfig config;

  Retries(Host host, RetryConfig config) {
    this.host = host;
    this.config = config;
  }

  /** One attempt. */
  interface Attempt<T> {
    T run() throws ObjectStoreException;
  }

  /** Hears of an attempt that failed and will be followed by another. */
  interface Observer {
    void failed(int attempt, Reason reason);
  }

  /** Runs attempts until one succeeds, or the last failure is final, or there is no time. */
  <T> T run(long deadline, Attempt<T> attempt, Observer observer) throws ObjectStoreException {
    for (int number = 1; ; number++) {
      try {
        return attempt.run();
      } catch (ObjectStoreException e) {
        long delay = delayNanos(number, host.entropy().nextDouble());
        boolean timeLeft = deadline - host.time().nanoTime() > delay;
        if (!e.reason().retryable() || number >= config.maxAttempts() || !timeLeft) {
          throw e;
        }
        observer.failed(number, e.reason());
        sleep(delay, e);
      }
    }
  }

  /** How long to wait after the attempt of that number. */
  long delayNanos(int number, double jitter) {
    double factor = 1L << Math.min(number - 1, MAX_DOUBLINGS);
    double bound = Math.min(nanos(config.maxDelay()), nanos(config.baseDelay()) * factor);
    return (long) (bound * jitter);
  }

  private void sleep(long delay, ObjectStoreException failure) throws ObjectStoreException {
    try {
      host.threads().sleep(delay);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ObjectStoreException(Reason.CANCELLED, "interrupted before a retry", failure);
    }
  }

  private static double nanos(Duration value) {
    return value.toSeconds() * 1e9 + value.toNanosPart();
  }
}
