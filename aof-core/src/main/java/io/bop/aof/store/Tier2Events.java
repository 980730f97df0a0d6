package io.bop.aof.store;

import io.bop.aof.BreakerState;
import io.bop.aof.EngineListener;
import io.bop.aof.Tier2Direction;
import io.bop.aof.tier2.Tier2Listener;
import org.jspecify.annotations.Nullable;

/** Tells the engine's listener of the circuit breakers. Thread-safe. */
record Tier2Events(EngineListener listener) implements Tier2Listener {

  @Override
  public void breaker(
      Tier2Direction direction, BreakerState from, BreakerState to, @Nullable String reason) {
    listener.breakerChanged(direction, from, to, reason);
  }
}
