package io.bop.aof.spring.listener;

/**
 * What a container is doing.
 *
 * <pre>
 *   STOPPED --start--> RUNNING &lt;--pause, resume--> PAUSED
 *      ^                  |  \                       |
 *      |                stop  failure              stop
 *      |                  v     \                    v
 *      +-------------- STOPPING  +--> FAILED      STOPPING
 * </pre>
 *
 * A failed container can be started again.
 */
public enum ListenerState {
  /** Not started, or stopped by somebody. */
  STOPPED,
  /** Delivers what comes. */
  RUNNING,
  /** Keeps its place and delivers nothing. */
  PAUSED,
  /** Waits for the deliveries in progress. */
  STOPPING,
  /** Stopped by itself because of a failure. */
  FAILED
}
