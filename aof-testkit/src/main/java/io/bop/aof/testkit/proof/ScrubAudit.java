package io.bop.aof.testkit.proof;

import io.bop.aof.EngineListener;
import io.bop.aof.ScrubReport;

/** Watches the background verification: what it finds, and that it finds nothing in the end. */
final class ScrubAudit implements EngineListener {

  private static final int PASSES = 2;

  private int clean;

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
