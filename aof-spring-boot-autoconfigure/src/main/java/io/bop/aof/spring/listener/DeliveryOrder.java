package io.bop.aof.spring.listener;

/** Which records wait for each other. */
public enum DeliveryOrder {

  /** All records of a stream, in the order of their offsets; streams are handled side by side. */
  STREAM,

  /**
   * Records of a stream with the same key; those without a key are one group. Groups are handled
   * side by side, and the saved place is the lowest record that was not handled.
   */
  KEY
}
