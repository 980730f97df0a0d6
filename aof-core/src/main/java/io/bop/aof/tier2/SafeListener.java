package io.bop.aof.tier2;

import io.bop.aof.BreakerState;
import io.bop.aof.RequestKind;
import io.bop.aof.RequestOutcome;
import io.bop.aof.Tier2Direction;
import io.bop.aof.objectstore.ObjectStoreException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps what a listener throws away from the calls it hears of. */
record SafeListener(Tier2Listener listener) implements Tier2Listener {

  private static final Logger log = LoggerFactory.getLogger(SafeListener.class);

  @Override
  public void request(
      Tier2Operation operation, Tier2Outcome outcome, Duration duration, long bytes) {
    tell(() -> listener.request(operation, outcome, duration, bytes));
  }

  @Override
  public void attempt(RequestKind kind, RequestOutcome outcome, Duration duration, long bytes) {
    tell(() -> listener.attempt(kind, outcome, duration, bytes));
  }

  @Override
  public void retry(Tier2Operation operation, int attempt, ObjectStoreException.Reason reason) {
    tell(() -> listener.retry(operation, attempt, reason));
  }

  @Override
  public void breaker(
      Tier2Direction direction, BreakerState from, BreakerState to, @Nullable String reason) {
    tell(() -> listener.breaker(direction, from, to, reason));
  }

  private static void tell(Runnable event) {
    try {
      event.run();
    } catch (RuntimeException e) {
      log.warn("listener failed", e);
    }
  }
}
