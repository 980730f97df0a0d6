package io.bop.aof.read;

import io.bop.aof.CorruptionException;
import io.bop.aof.Tier;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The copies of one segment that a reader could not use. Confined to the reader. */
final class BrokenCopies {

  private final Set<Tier> tiers = EnumSet.noneOf(Tier.class);
  private long segment = -1;
  private String reason = "";
  private boolean damaged;
  private boolean coldReadTwice;

  /** The reader is about to read that segment: what was known of another one does not count. */
  void enter(long segmentId) {
    if (segmentId != segment) {
      clear();
      segment = segmentId;
    }
  }

  /** Nothing is known of any copy. */
  void clear() {
    segment = -1;
    tiers.clear();
    reason = "";
    damaged = false;
    coldReadTwice = false;
  }

  /**
   * A copy of that segment cannot be used.
   *
   * @param isDamage whether its bytes are wrong; false: they cannot be had
   */
  void add(long segmentId, Tier tier, String why, boolean isDamage) {
    enter(segmentId);
    tiers.add(tier);
    reason = why;
    damaged |= isDamage;
  }

  /** Whether damage on the way from Tier 2 may be all that it was: true once a segment. */
  boolean mayReadAgain(long segmentId) {
    enter(segmentId);
    boolean first = !coldReadTwice;
    coldReadTwice = true;
    return first;
  }

  boolean contains(Tier tier) {
    return tiers.contains(tier);
  }

  boolean isEmpty() {
    return tiers.isEmpty();
  }

  /** The tiers whose copies cannot be used. */
  Set<Tier> tiers() {
    return tiers;
  }

  /** Whether the bytes of one of them are wrong. */
  boolean anyDamaged() {
    return damaged;
  }

  /** What was wrong with the last one. */
  String reason() {
    return reason;
  }

  /** What is lost in both ranges. */
  static CorruptionException.@Nullable Range common(
      CorruptionException.@Nullable Range one, CorruptionException.@Nullable Range other) {
    if (one == null || other == null) {
      return one == null ? other : one;
    }
    return new CorruptionException.Range(
        other.position(),
        Math.max(one.firstOffset(), other.firstOffset()),
        Math.min(one.nextOffset(), other.nextOffset()));
  }
}
