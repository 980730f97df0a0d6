package io.bop.aof.testkit.proof;

import io.bop.aof.EngineListener;
import io.bop.aof.ScrubReport;
import io.bop.aof.Tier;
import java.util.HashSet;
import java.util.Set;

/**
 * Watches what is found damaged: nothing that nobody has damaged, and nothing at all in the end.
 * Objects may be damaged on their way, so what is said of them is not judged.
 */
final class ScrubAudit implements EngineListener {

  /** Says of which segments a local copy was damaged. */
  interface Struck {
    /** Whether one of this segment was. */
    boolean test(String stream, long segment);
  }

  private record Copy(String stream, long segment, Tier tier) {}

  private static final int PASSES = 2;

  private final Tally tally;
  private final Struck struck;

  /* Copies that were made again in this process: nobody has damaged them since. */
  private final Set<Copy> mended = new HashSet<>();

  private int clean;

  ScrubAudit(Tally tally, Struck struck) {
    this.tally = tally;
    this.struck = struck;
  }

  /** A process ended, and copies may be damaged before the next one. */
  void processEnded() {
    mended.clear();
  }

  @Override
  public void repaired(String stream, long segment, Tier tier) {
    mended.add(new Copy(stream, segment, tier));
  }

  @Override
  public void damaged(String stream, long segment, Tier tier, String reason) {
    boolean mayBe =
        struck.test(stream, segment) && !mended.contains(new Copy(stream, segment, tier));
    if (tier != Tier.TIER2 && !mayBe) {
      tally.violated(
          new AssertionError(
              "an undamaged copy is called damaged: stream="
                  + stream
                  + " segment="
                  + segment
                  + " tier="
                  + tier
                  + " reason="
                  + reason));
    }
  }

  @Override
  public void scrubbed(ScrubReport report) {
    clean = report.damaged() + report.unverified() == 0 ? clean + 1 : 0;
  }

  /** Counts from now on. */
  void begin() {
    clean = 0;
  }

  /** Whether a pass that began since, and ended, found everything intact. */
  boolean isClean() {
    return clean >= PASSES;
  }
}
