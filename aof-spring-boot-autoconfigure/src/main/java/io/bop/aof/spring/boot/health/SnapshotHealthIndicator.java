package io.bop.aof.spring.boot.health;

import io.bop.aof.AofSnapshot;
import io.bop.aof.AofStore;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/** One check of the current snapshot; a store that is not open is down. */
final class SnapshotHealthIndicator extends AbstractHealthIndicator {

  private final AofStore store;
  private final AofHealth.Check check;

  SnapshotHealthIndicator(AofStore store, AofHealth.Check check) {
    super("AOF health check failed");
    this.store = store;
    this.check = check;
  }

  @Override
  protected void doHealthCheck(Health.Builder builder) {
    AofSnapshot snapshot = store.snapshot();
    if (snapshot.open()) {
      check.check(snapshot, builder.up());
    } else {
      builder.down().withDetail("store", "closed");
    }
  }
}
