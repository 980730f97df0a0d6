package io.bop.aof.spring.boot.health;

import io.bop.aof.AofSnapshot;
import io.bop.aof.AofSnapshot.Tier2Calls;
import io.bop.aof.AofSnapshot.Unarchived;
import io.bop.aof.DrillReport;
import io.bop.aof.Tier2Direction;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.springframework.boot.health.contributor.Health;

/**
 * The object store as the circuit breakers see it. Always up: the store goes on without it until
 * its budgets are used up, which {@code backpressure} then says; restarting healthy services
 * because a bucket is away would make things worse. Stateless.
 */
final class Tier2Health implements AofHealth.Check {

  @Override
  public void check(AofSnapshot snapshot, Health.Builder health) {
    AofSnapshot.Tier2Usage usage = snapshot.tier2();
    if (usage == null) {
      health.withDetail("type", "none");
      return;
    }
    for (Tier2Direction direction : Tier2Direction.values()) {
      Tier2Calls calls = usage.calls().get(direction);
      if (calls != null) {
        health.withDetail(direction.name().toLowerCase(Locale.ROOT) + "s", details(calls));
      }
    }
    health
        .withDetail("uploadQueue", snapshot.uploadQueue())
        .withDetail("uploadLagBytes", snapshot.uploadLagBytes())
        .withDetail("oldestUnuploadedMillis", snapshot.oldestUnuploadedMillis());
    Unarchived oldest = usage.oldestUnarchived();
    if (oldest != null) {
      health.withDetail(
          "oldestUnarchived",
          Map.of(
              "stream", oldest.stream(),
              "segment", oldest.segment(),
              "ageMillis", oldest.age().toMillis()));
    }
    health
        .withDetail("place", usage.place())
        .withDetail("features", usage.features())
        .withDetail("requests", usage.requestCount())
        .withDetail("requestDollars", usage.dollars())
        .withDetail("stuckTransfers", usage.stuckTransfers());
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

  private static Map<String, Object> details(Tier2Calls calls) {
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("breaker", calls.breaker().name());
    details.put("forMillis", calls.breakerAge().toMillis());
    details.put("calls", calls.calls());
    details.put("failures", calls.failures());
    details.put("rejected", calls.rejected());
    details.put("retries", calls.retries());
    AofSnapshot.Tier2Failure failure = calls.lastFailure();
    if (failure != null) {
      details.put("lastFailure", failure.reason());
      details.put("lastFailureAgeMillis", failure.age().toMillis());
    }
    return details;
  }
}
