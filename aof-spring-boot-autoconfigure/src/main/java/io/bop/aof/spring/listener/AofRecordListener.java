package io.bop.aof.spring.listener;

/** Handles one record at a time. Called by several threads when the concurrency says so. */
@FunctionalInterface
public interface AofRecordListener {

  /**
   * Handles a record; it counts as handled when this returns, unless the mode is {@link
   * AckMode#MANUAL}.
   *
   * @throws Exception when it was not handled; the error handler decides what happens
   */
  void onRecord(AofDelivery delivery, Acknowledgment acknowledgment) throws Exception;
}
