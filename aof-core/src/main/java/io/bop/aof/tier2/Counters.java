package io.bop.aof.tier2;

import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Counters of one direction. Thread-safe. */
final class Counters {

  private final LongAdder calls = new LongAdder();
  private final LongAdder failures = new LongAdder();
  private final LongAdder rejected = new LongAdder();
  private final LongAdder retries = new LongAdder();
  private final LongAdder bytes = new LongAdder();

  void ended(Tier2Outcome outcome, long transferred) {
    calls.increment();
    switch (outcome) {
      case OK, ALREADY_THERE -> bytes.add(transferred);
      case REJECTED -> {
        rejected.increment();
        failures.increment();
      }
      default -> failures.increment();
    }
  }

  void retried() {
    retries.increment();
  }

  Tier2Stats.Calls snapshot(Breaker breaker, Tier2Stats.@Nullable Failure lastFailure) {
    return new Tier2Stats.Calls(
        breaker.state(),
        breaker.age(),
        calls.sum(),
        failures.sum(),
        rejected.sum(),
        retries.sum(),
        bytes.sum(),
        lastFailure);
  }
}
