package io.bop.aof.spring.listener;

/** Sets a record aside that is not delivered again. Thread-safe. */
@FunctionalInterface
public interface AofRecordRecoverer {

  /**
   * Sets the record aside.
   *
   * @param failed holds exactly one record
   * @throws RuntimeException when that failed; the record is delivered again later
   */
  AfterFailure recover(FailedDelivery failed);

  /** Leaves the record where it is, and goes on with the next one. */
  static AofRecordRecoverer skip() {
    return failed -> AfterFailure.GO_ON;
  }

  /** Stops the container in front of the record. */
  static AofRecordRecoverer stop() {
    return failed -> AfterFailure.STOP;
  }
}
