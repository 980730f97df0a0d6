package io.bop.aof.testkit.torture;

/**
 * Which step of which writer.
 *
 * @param writer number of the writer, never used twice in a run
 * @param step number of its step, from 0
 */
record StepId(int writer, long step) {

  @Override
  public String toString() {
    return writer + ":" + step;
  }
}
