package io.bop.aof.manifest;

import java.util.Arrays;

/**
 * Where each writer epoch began in one stream: pairs of epoch and first offset, both rising.
 * Immutable.
 */
final class EpochStarts {

  static final EpochStarts NONE = new EpochStarts(new long[0]);

  /** Older pairs than this many are merged, so that reopening a store for years stays cheap. */
  private static final int MAX_PAIRS = 1024;

  private final long[] pairs;

  EpochStarts(long[] pairs) {
    this.pairs = pairs;
  }

  /**
   * With one more epoch. Earlier epochs that began at or after it have no record left that it does
   * not replace, so they go.
   */
  EpochStarts with(long epoch, long firstOffset) {
    int keep = pairs.length;
    while (keep > 0 && (pairs[keep - 1] >= firstOffset || pairs[keep - 2] >= epoch)) {
      keep -= 2;
    }
    long[] next = Arrays.copyOf(pairs, keep + 2);
    next[keep] = epoch;
    next[keep + 1] = firstOffset;
    if (next.length <= 2 * MAX_PAIRS) {
      return new EpochStarts(next);
    }
    /* The second pair takes the first one's offset: cautious about cursors older than both. */
    long[] merged = Arrays.copyOfRange(next, 2, next.length);
    merged[1] = next[1];
    return new EpochStarts(merged);
  }

  /** Lowest first offset of any epoch above this one; {@code Long.MAX_VALUE} when there is none. */
  long divergesAt(long epoch) {
    for (int i = 0; i < pairs.length; i += 2) {
      if (pairs[i] > epoch) {
        return pairs[i + 1];
      }
    }
    return Long.MAX_VALUE;
  }

  long[] toArray() {
    return pairs.clone();
  }
}
