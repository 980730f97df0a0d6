package io.bop.aof.spring.listener;

/** What a container does about a record that it has given up. */
public enum AfterFailure {
  /** The record counts as handled, and the next one comes. */
  GO_ON,
  /** The container stops in front of the record, which comes again when it is started. */
  STOP
}
