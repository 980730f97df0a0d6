package io.bop.aof.store;

import io.bop.aof.AofConfig;
import io.bop.aof.RestorePolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Settings that somebody made and that have no effect. Environments share settings, so a store
 * opens with them all the same, and says so.
 */
final class IdleSettings {

  private IdleSettings() {}

  /** Of a store that is written. */
  static List<String> ofStore(AofConfig config, boolean hasTier2) {
    List<String> idle = new ArrayList<>();
    Duration drills = config.drill().interval();
    if (drills != null && !hasTier2) {
      idle.add(
          "drill.interval=" + drills + " tier2.type=none action=set tier2.type, or no interval");
    }
    if (config.scrub().tier2() && !hasTier2) {
      idle.add("scrub.tier2=true tier2.type=none action=set tier2.type, or scrub.tier2=false");
    } else if (config.scrub().tier2() && !config.scrub().enabled()) {
      idle.add("scrub.tier2=true scrub.enabled=false action=set both to true, or none");
    }
    return idle;
  }

  /** Of a follower, which takes nothing over, and verifies copies when it reads them. */
  static List<String> ofFollower(AofConfig config) {
    List<String> idle = new ArrayList<>();
    if (config.tier2().restore() == RestorePolicy.IF_EMPTY) {
      idle.add(
          "tier2.restore=if-empty follower=true action=open no follower if it shall take the store"
              + " over, or set tier2.restore=never");
    }
    if (config.scrub().tier2()) {
      idle.add("scrub.tier2=true follower=true action=set it for the store that is written");
    }
    return idle;
  }
}
