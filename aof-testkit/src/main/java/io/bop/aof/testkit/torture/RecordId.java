package io.bop.aof.testkit.torture;

/**
 * Which record of which step of which writer.
 *
 * @param writer number of the writer, never used twice in a run
 * @param step number of its step, from 0
 * @param index place within a batch; 0 otherwise
 */
record RecordId(int writer, long step, int index) implements Comparable<RecordId> {

  StepId stepId() {
    return new StepId(writer, step);
  }

  /* A writer's records stand in a stream in the order in which it appended them. */
  @Override
  public int compareTo(RecordId other) {
    int byWriter = Integer.compare(writer, other.writer);
    int byStep = byWriter != 0 ? byWriter : Long.compare(step, other.step);
    return byStep != 0 ? byStep : Integer.compare(index, other.index);
  }

  @Override
  public String toString() {
    return writer + ":" + step + "." + index;
  }
}
