package io.bop.aof.store;

import io.bop.aof.BreakerState;
import io.bop.aof.EngineListener;
import io.bop.aof.RequestKind;
import io.bop.aof.RequestOutcome;
import io.bop.aof.Tier2Direction;
import io.bop.aof.tier2.Tier2Listener;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Tells the engine's listener of requests and circuit breakers. Thread-safe. */
record Tier2Events(EngineListener listener) implements Tier2Listener {

  @Override
  public void attempt(RequestKind kind, RequestOutcome outcome, Duration duration, long bytes) {
    listener.tier2Request(kind, outcome, duration, bytes);
  }

  @Override
  public void breaker(
      Tier2Direction direction, BreakerState from, BreakerState to, @Nullable String reason) {
    listener.breakerChanged(direction, from, to, reason);
  }
}
