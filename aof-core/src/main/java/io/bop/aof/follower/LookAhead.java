package io.bop.aof.follower;

import java.util.OptionalLong;

/**
 * When to look, and how far, whether a chain goes on behind a chunk that is not there. A policy;
 * confined to one thread.
 *
 * <p>Most looks for news find nothing because there is none. Only where the next chunk was lost do
 * they find nothing for ever, while later ones are there. So after each {@value #EVERY} looks in a
 * row without news one request asks for a later chunk: in turns the one right behind, and those at
 * twice the distance of the time before. A writer that goes on comes to stand at one of these,
 * however many chunks were lost.
 */
final class LookAhead {

  /** Looks without news from one request to the next. */
  static final int EVERY = 10;

  /** The greatest distance is two to the power of this. */
  static final int DOUBLINGS = 20;

  private long quiet;
  private long asked;

  /** A look brought news. */
  void news() {
    quiet = 0;
    asked = 0;
  }

  /**
   * A look brought none.
   *
   * @return how far behind the missing chunk to ask now; empty: not this time
   */
  OptionalLong none() {
    quiet++;
    return quiet % EVERY == 0 ? OptionalLong.of(distance(asked++)) : OptionalLong.empty();
  }

  private static long distance(long turn) {
    return turn % 2 == 0 ? 1 : distanceOf((int) (turn / 2 % DOUBLINGS) + 1);
  }

  /** A distance, from 0 to {@link #DOUBLINGS}. */
  static long distanceOf(int doublings) {
    return 1L << doublings;
  }
}
