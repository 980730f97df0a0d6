package io.bop.aof.testkit.torture;

/** A step without an answer: its records may be there or not, but all of them or none. */
final class PendingStep {

  private final Step step;
  private boolean met;
  private int found;
  private long firstOffset;

  PendingStep(Step step) {
    this.step = step;
  }

  Step step() {
    return step;
  }

  /** A reader met a record of it. */
  void met() {
    met = true;
  }

  boolean wasMet() {
    return met;
  }

  void beginLook() {
    found = 0;
  }

  void found(long offset, RecordId id) {
    if (found == 0) {
      firstOffset = offset - id.index();
    } else if (offset - id.index() != firstOffset) {
      throw new Violation("a batch is torn apart: record=" + id + " offset=" + offset);
    }
    found++;
  }

  void endLook() {
    if (found != 0 && found != step.count()) {
      throw new Violation(
          "part of a batch survived: step="
              + step.id()
              + " records="
              + step.count()
              + " found="
              + found);
    }
  }
}
