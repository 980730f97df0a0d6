package io.bop.aof.read;

import io.bop.aof.StreamSnapshot.Reads;
import io.bop.aof.Tier;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** What was read of one stream since the open, by tier. Thread-safe. */
public final class ReadCounts {

  private final Map<Tier, Counters> tiers = new EnumMap<>(Tier.class);

  /** At zero. */
  public ReadCounts() {
    for (Tier tier : Tier.values()) {
      tiers.put(tier, new Counters());
    }
  }

  private static final class Counters {
    final LongAdder runs = new LongAdder();
    final LongAdder records = new LongAdder();
    final LongAdder bytes = new LongAdder();
    final LongAdder behind = new LongAdder();
  }

  /** A reader went through records of one run; {@code behind} were left to the end then. */
  void add(Tier tier, long records, long bytes, long behind) {
    Counters counters = tiers.get(tier);
    if (counters != null) {
      counters.runs.increment();
      counters.records.add(records);
      counters.bytes.add(bytes);
      counters.behind.add(behind);
    }
  }

  /** The counts by now. */
  public Map<Tier, Reads> snapshot() {
    Map<Tier, Reads> reads = new EnumMap<>(Tier.class);
    tiers.forEach(
        (tier, c) ->
            reads.put(
                tier, new Reads(c.runs.sum(), c.records.sum(), c.bytes.sum(), c.behind.sum())));
    return reads;
  }
}
