package io.bop.aof.testkit.torture;

import io.bop.aof.testkit.SeededRandom;

/**
 * What is done to one writing process.
 *
 * @param ending how it ends
 * @param steps acknowledged steps before that, as far as the ending waits for appends
 * @param moment share of the open, of the verification or of the close after which it is killed, 0
 *     to 1.25
 * @param stops how often it is stopped for a while before
 * @param fill what becomes of its disk
 * @param spareBytes what is left free on the full disk
 */
record RoundPlan(Ending ending, long steps, double moment, int stops, Fill fill, long spareBytes) {

  private static final int MOST_STEPS = 2_500;
  private static final int FEW_STEPS = 60;
  private static final int MOST_SPARE_BYTES = 3 * 1024 * 1024;

  /** What becomes of the disk. */
  enum Fill {
    /** It has room. */
    NEVER,
    /** It is filled, and freed after a while. */
    FOR_A_WHILE,
    /** It is filled, and full when the process is killed. */
    TO_THE_END
  }

  static RoundPlan random(SeededRandom random, boolean fullAllowed) {
    Ending ending =
        switch (random.nextInt(16)) {
          case 0, 1, 2 -> Ending.OPENING;
          case 3 -> Ending.VERIFYING;
          case 4 -> Ending.CLOSING;
          case 5 -> Ending.CLOSED;
          case 6, 7 -> Ending.STOPPED;
          default -> Ending.APPENDING;
        };
    int steps = random.between(0, random.oneIn(3) ? FEW_STEPS : MOST_STEPS);
    double moment = random.between(0, 1_250) / 1_000.0;
    int stops = random.oneIn(4) ? random.between(1, 3) : 0;
    boolean full = fullAllowed && ending == Ending.APPENDING && random.oneIn(3);
    Fill fill = !full ? Fill.NEVER : random.oneIn(3) ? Fill.TO_THE_END : Fill.FOR_A_WHILE;
    return new RoundPlan(ending, steps, moment, stops, fill, random.between(0, MOST_SPARE_BYTES));
  }

  /** A life that certainly gets as far as to acknowledge something. */
  static RoundPlan appending(SeededRandom random) {
    return new RoundPlan(Ending.APPENDING, random.between(50, 500), 0, 1, Fill.NEVER, 0);
  }

  /** A life that looks at everything and closes the store. */
  static RoundPlan closing() {
    return new RoundPlan(Ending.CLOSED, 0, 0, 0, Fill.NEVER, 0);
  }
}
