package io.bop.aof.spring.boot.health;

import io.bop.aof.AofSnapshot;
import io.bop.aof.BreakerState;
import io.bop.aof.DrillReport;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.health.contributor.Health;

/**
 * The object store as the circuit breakers see it. Always up: the store goes on without it until
 * its budgets are used up, which {@code backpressure} then says; restarting healthy services
 * because a bucket is away would make things worse. Thread-safe.
 */
final class Tier2Health implements AofHealth.Check {

  private final LongSupplier nanoTime;
  private final ReentrantLock lock = new ReentrantLock();
  private final Since<BreakerState> writes = new Since<>();
  private final Since<BreakerState> reads = new Since<>();

  Tier2Health(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  @Override
  public void check(AofSnapshot snapshot, Health.Builder health) {
    if (snapshot.tier2Writes() == null && snapshot.tier2Reads() == null) {
      health.withDetail("type", "none");
      return;
    }
    lock.lock();
    try {
      long now = nanoTime.getAsLong();
      add(health, "writes", snapshot.tier2Writes(), writes, now);
      add(health, "reads", snapshot.tier2Reads(), reads, now);
    } finally {
      lock.unlock();
    }
    health
        .withDetail("uploadQueue", snapshot.uploadQueue())
        .withDetail("uploadLagBytes", snapshot.uploadLagBytes())
        .withDetail("oldestUnuploadedMillis", snapshot.oldestUnuploadedMillis());
    AofSnapshot.Tier2Usage usage = snapshot.tier2();
    if (usage != null) {
      health
          .withDetail("place", usage.place())
          .withDetail("features", usage.features())
          .withDetail("requests", usage.requestCount())
          .withDetail("requestDollars", usage.dollars());
    }
    if (snapshot.lastTier2Error() != null) {
      health.withDetail("lastError", snapshot.lastTier2Error());
    }
    DrillReport drill = snapshot.drill();
    if (drill != null) {
      health.withDetail(
          "drill",
          Map.of(
              "passed", drill.passed(),
              "startedAt", drill.startedAt().toString(),
              "tookMillis", drill.took().toMillis(),
              "failures", drill.failures()));
    }
  }

  private static void add(
      Health.Builder health,
      String direction,
      @Nullable BreakerState state,
      Since<BreakerState> since,
      long now) {
    if (state != null) {
      health.withDetail(
          direction, Map.of("breaker", state.name(), "seenForMillis", since.millis(state, now)));
    }
  }
}
