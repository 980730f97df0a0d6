package io.bop.aof.spring.listener;

/** What a listener does when records are gone that it needs to go on where it was. */
public enum OffsetLossPolicy {

  /** The container stops, and says so in its log and its snapshot: somebody has to decide. */
  STOP,

  /** The container goes on at the nearest record that is there, with a warning in the log. */
  RESUME
}
