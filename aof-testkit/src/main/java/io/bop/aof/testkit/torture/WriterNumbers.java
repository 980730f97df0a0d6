package io.bop.aof.testkit.torture;

/** Writers have numbers that rise from process to process. */
final class WriterNumbers {

  /** More writers than any process has. */
  private static final int STRIDE = 64;

  private WriterNumbers() {}

  static int of(int process, int thread) {
    return process * STRIDE + thread;
  }

  static int process(RecordId id) {
    return id.writer() / STRIDE;
  }
}
