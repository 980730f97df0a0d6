package io.bop.aof.spring.boot.health;

import io.bop.aof.AofSnapshot;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.boot.health.contributor.Health;

/**
 * Room on the disk. Down when appends are refused because there is none; without them, what waits
 * for room is only a detail. It comes back by itself.
 */
final class StorageHealth implements AofHealth.Check {

  @Override
  public void check(AofSnapshot snapshot, Health.Builder health) {
    List<Map<String, Object>> full = new ArrayList<>();
    for (AofSnapshot.StorageFull place : snapshot.storageFull()) {
      if (place.refusesAppends()) {
        health.down();
      }
      Map<String, Object> facts = new LinkedHashMap<>();
      facts.put("path", place.path());
      facts.put("neededBytes", place.neededBytes());
      facts.put("freeBytes", place.freeBytes());
      facts.put("refusesAppends", place.refusesAppends());
      full.add(facts);
    }
    if (!full.isEmpty()) {
      health.withDetail("full", full);
    }
  }
}
