package io.bop.aof.spring.boot.health;

import io.bop.aof.AofSnapshot;
import io.bop.aof.FollowerStatus;
import org.springframework.boot.health.contributor.Health;

/**
 * The manifest log. Down when it takes no more records: then no segment can be opened or sealed.
 */
final class ManifestHealth implements AofHealth.Check {

  @Override
  public void check(AofSnapshot snapshot, Health.Builder health) {
    AofSnapshot.ManifestUsage manifest = snapshot.manifest();
    if (manifest.failure() != null) {
      health.down().withDetail("failure", manifest.failure());
    }
    health.withDetail("chunk", manifest.chunk()).withDetail("records", manifest.records());
    FollowerStatus follower = snapshot.follower();
    if (follower != null) {
      health.withDetail("followerLagMillis", follower.lag().toMillis());
      if (follower.lastError() != null) {
        health.withDetail("followerError", follower.lastError());
      }
    }
  }
}
