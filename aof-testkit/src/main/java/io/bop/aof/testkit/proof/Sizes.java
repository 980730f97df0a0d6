package io.bop.aof.testkit.proof;

import java.util.SplittableRandom;

/** How large the records of one history are. */
final class Sizes {

  /*
   * Records of one size put their borders at the same places in every segment, so that what an
   * earlier use of a file left there fits exactly behind what a later one wrote. Large records fill
   * segments and tiers.
   */
  private static final int LARGE = 200_000;
  private static final int IN_BATCH = 2_000;

  private enum Kind {
    MIXED,
    EQUAL,
    LARGE
  }

  private final Kind kind;
  private final int equal;

  private Sizes(Kind kind, int equal) {
    this.kind = kind;
    this.equal = equal;
  }

  static Sizes draw(SplittableRandom random) {
    int choice = random.nextInt(10);
    Kind kind = choice < 6 ? Kind.MIXED : choice < 9 ? Kind.EQUAL : Kind.LARGE;
    int equal = random.nextInt(4) == 0 ? random.nextInt(20_000) : random.nextInt(400);
    return new Sizes(kind, Payloads.HEADER + equal);
  }

  /** Of a record that comes alone. */
  int next(SplittableRandom random) {
    return switch (kind) {
      case MIXED -> Payloads.HEADER + random.nextInt(bound(random.nextInt(20)));
      case EQUAL -> equal;
      case LARGE -> Payloads.HEADER + LARGE / 4 + random.nextInt(LARGE * 3 / 4);
    };
  }

  private static int bound(int choice) {
    return choice < 14 ? 400 : choice < 18 ? 20_000 : LARGE;
  }

  /** Of a record in a batch. */
  int inBatch(SplittableRandom random) {
    return kind == Kind.EQUAL ? equal : Payloads.HEADER + random.nextInt(IN_BATCH);
  }
}
