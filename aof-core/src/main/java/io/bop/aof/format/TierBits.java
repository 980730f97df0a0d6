package io.bop.aof.format;

import io.bop.aof.Tier;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * Tiers as numbers (0, 1, 2) and sets of tiers as bits ({@code 1 << number}), as files hold them.
 */
public final class TierBits {
  /** All bits that this version knows. */
  public static final int ALL = 0b111;

  private static final Tier[] TIERS = {Tier.TIER0, Tier.TIER1, Tier.TIER2};

  private TierBits() {}

  /** The number of a tier. */
  public static int number(Tier tier) {
    return switch (tier) {
      case TIER0 -> 0;
      case TIER1 -> 1;
      case TIER2 -> 2;
    };
  }

  /** Whether a number stands for a tier. */
  public static boolean isTier(int number) {
    return number >= 0 && number < TIERS.length;
  }

  /** The bit of a tier. */
  public static int bit(Tier tier) {
    return 1 << number(tier);
  }

  /** The bit of the tier with that number; 0 when there is none. */
  public static int bit(int number) {
    return isTier(number) ? 1 << number : 0;
  }

  /** The set that the bits stand for, unmodifiable. */
  public static Set<Tier> set(int bits) {
    Set<Tier> tiers = EnumSet.noneOf(Tier.class);
    for (Tier tier : TIERS) {
      if ((bits & bit(tier)) != 0) {
        tiers.add(tier);
      }
    }
    return Collections.unmodifiableSet(tiers);
  }
}
