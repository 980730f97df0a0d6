package io.bop.aof.spring.listener;

/** When the place of a listener in a stream is saved. Each save costs one force of a small file. */
public enum AckMode {

  /**
   * After each record. After a crash at most one record comes again; with {@link DeliveryOrder#KEY}
   * several records may share a save.
   */
  RECORD,

  /**
   * After each polled batch, and within a long one at every commit interval. After a crash the
   * records since then come again.
   */
  BATCH,

  /**
   * Up to the lowest record that the listener has not {@linkplain Acknowledgment#acknowledge()
   * acknowledged}.
   */
  MANUAL
}
