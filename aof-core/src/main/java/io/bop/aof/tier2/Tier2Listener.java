package io.bop.aof.tier2;

import io.bop.aof.BreakerState;
import io.bop.aof.RequestKind;
import io.bop.aof.RequestOutcome;
import io.bop.aof.Tier2Direction;
import io.bop.aof.objectstore.ObjectStoreException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Hears of calls to Tier 2. Called on the threads that make them: return quickly, do not call Tier
 * 2. What it throws is logged and dropped.
 */
public interface Tier2Listener {

  /** Does nothing. */
  Tier2Listener NOOP = new Tier2Listener() {};

  /**
   * A call ended.
   *
   * @param duration from the call to its end, waiting and retries included
   * @param bytes of the object or range when it succeeded, else 0
   */
  default void request(
      Tier2Operation operation, Tier2Outcome outcome, Duration duration, long bytes) {}

  /**
   * One request of a call ended, on the thread that sent it.
   *
   * @param duration of this request alone
   * @param bytes of the object or range that was sent or received; 0 when it failed
   */
  default void attempt(RequestKind kind, RequestOutcome outcome, Duration duration, long bytes) {}

  /**
   * An attempt failed and there will be another.
   *
   * @param attempt the number of the one that failed, from 1
   */
  default void retry(Tier2Operation operation, int attempt, ObjectStoreException.Reason reason) {}

  /**
   * A breaker changed its state.
   *
   * @param reason what made it do so; null when it is good news
   */
  default void breaker(
      Tier2Direction direction, BreakerState from, BreakerState to, @Nullable String reason) {}
}
