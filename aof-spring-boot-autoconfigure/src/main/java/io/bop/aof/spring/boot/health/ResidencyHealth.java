package io.bop.aof.spring.boot.health;

import io.bop.aof.AofSnapshot;
import io.bop.aof.SegmentState;
import io.bop.aof.StreamSnapshot;
import io.bop.aof.Tier;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.springframework.boot.health.contributor.Health;

/**
 * Where segments live. Always up: a segment without a readable copy is for an alert, and neither a
 * restart nor another instance brings it back.
 */
final class ResidencyHealth implements AofHealth.Check {

  private static final int MAX_EXAMPLES = 10;

  @Override
  public void check(AofSnapshot snapshot, Health.Builder health) {
    for (Tier tier : Tier.values()) {
      AofSnapshot.TierUsage usage = snapshot.tiers().get(tier);
      if (usage != null) {
        health.withDetail(tier.name().toLowerCase(Locale.ROOT), usage(usage));
      }
    }
    health
        .withDetail("staged", staged(snapshot))
        .withDetail("needsRecovery", snapshot.needsRecovery());
    AofSnapshot.Repairs repairs = snapshot.repairs();
    if (repairs.quarantinedFiles() > 0) {
      health.withDetail(
          "quarantined",
          Map.of("files", repairs.quarantinedFiles(), "bytes", repairs.quarantinedBytes()));
    }
    AofSnapshot.Scrub scrub = snapshot.scrub();
    if (scrub.lastFullPass() != null) {
      health.withDetail("lastVerified", scrub.lastFullPass());
    }
    if (snapshot.needsRecovery() > 0) {
      addDamage(snapshot, health);
    }
  }

  private static Map<String, Long> usage(AofSnapshot.TierUsage usage) {
    return Map.of(
        "segments", usage.segments(), "bytes", usage.bytes(), "limitBytes", usage.limitBytes());
  }

  /** Segments that have not reached the coldest tier there is. */
  private static long staged(AofSnapshot snapshot) {
    Map<SegmentState, Long> states = snapshot.segmentsByState();
    long staged =
        states.getOrDefault(SegmentState.SEALING, 0L)
            + states.getOrDefault(SegmentState.SEALED, 0L);
    boolean uploads = snapshot.tier2Writes() != null;
    return uploads ? staged + states.getOrDefault(SegmentState.COMPRESSED, 0L) : staged;
  }

  private static void addDamage(AofSnapshot snapshot, Health.Builder health) {
    long unreadable = 0;
    List<String> examples = new ArrayList<>();
    for (StreamSnapshot stream : snapshot.streams()) {
      for (StreamSnapshot.Segment segment : stream.segments()) {
        if (segment.state() == SegmentState.RETIRED) {
          continue;
        }
        if (segment.residency().isEmpty()) {
          unreadable++;
        }
        if (segment.needsRecovery() && examples.size() < MAX_EXAMPLES) {
          examples.add(stream.name() + "/" + segment.id());
        }
      }
    }
    health.withDetail("unreadable", unreadable).withDetail("needingRecovery", examples);
  }
}
