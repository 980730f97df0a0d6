package io.bop.aof.manifest;

import io.bop.aof.SegmentState;
import io.bop.aof.Tier;
import io.bop.aof.format.TierBits;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * How many segments there are, by state and tier, kept up to date with every change. Written by the
 * ledger's thread, read by any.
 */
public final class LedgerCounts {

  private static final int STATES = SegmentState.values().length;
  private static final Tier[] TIERS = Tier.values();

  private final AtomicLongArray states = new AtomicLongArray(STATES);
  private final AtomicLongArray held = new AtomicLongArray(TIERS.length);
  private final AtomicLongArray missing = new AtomicLongArray(TIERS.length);
  private final AtomicLongArray bytes = new AtomicLongArray(TIERS.length);
  private final AtomicLongArray withoutCopy = new AtomicLongArray(1);

  LedgerCounts() {}

  /** Segments in that state. */
  public long segments(SegmentState state) {
    return states.get(state.ordinal());
  }

  /** Segments listed, in any state. */
  public long segments() {
    long sum = 0;
    for (int i = 0; i < STATES; i++) {
      sum += states.get(i);
    }
    return sum;
  }

  /** Segments with a usable copy in the tier. */
  public long in(Tier tier) {
    return held.get(TierBits.number(tier));
  }

  /** Segments whose copy in the tier is missing or damaged. */
  public long missing(Tier tier) {
    return missing.get(TierBits.number(tier));
  }

  /** Segments with records of which no tier holds a copy that can be used. */
  public long withoutCopy() {
    return withoutCopy.get(0);
  }

  /**
   * Bytes of the copies in the tier: of records in Tier 0, where active segments count nothing;
   * compressed in the others.
   */
  public long bytes(Tier tier) {
    return bytes.get(TierBits.number(tier));
  }

  void add(SegmentEntry entry) {
    change(entry, 1);
  }

  void remove(SegmentEntry entry) {
    change(entry, -1);
  }

  private void change(SegmentEntry entry, int sign) {
    add(states, entry.state().ordinal(), sign);
    if (entry.hasNoCopy()) {
      add(withoutCopy, 0, sign);
    }
    for (Tier tier : TIERS) {
      int index = TierBits.number(tier);
      if (entry.in(tier)) {
        add(held, index, sign);
        long size = tier == Tier.TIER0 ? entry.bytes() : entry.compressedBytes();
        add(bytes, index, sign * size);
      }
      if (entry.missing(tier)) {
        add(missing, index, sign);
      }
    }
  }

  /* One writer: no read-modify-write needed. */
  private static void add(AtomicLongArray array, int index, long delta) {
    array.setRelease(index, array.getPlain(index) + delta);
  }
}
