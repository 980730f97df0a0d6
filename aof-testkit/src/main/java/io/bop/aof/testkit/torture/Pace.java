package io.bop.aof.testkit.torture;

/**
 * How long the parts of a life took lately, so that a kill can be aimed at them. Confined to one
 * thread.
 */
final class Pace {

  private static final long FIRST_NANOS = 200_000_000;

  private long openNanos = FIRST_NANOS;
  private long closeNanos = FIRST_NANOS;
  private long records;

  long openNanos() {
    return openNanos;
  }

  long closeNanos() {
    return closeNanos;
  }

  /** Records in the store at the last complete look. */
  long records() {
    return records;
  }

  void opened(long nanos) {
    openNanos = nanos;
  }

  void closed(long nanos) {
    closeNanos = nanos;
  }

  void verified(long count) {
    records = count;
  }
}
