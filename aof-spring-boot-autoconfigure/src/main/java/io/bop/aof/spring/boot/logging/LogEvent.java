package io.bop.aof.spring.boot.logging;

import java.util.Locale;
import org.slf4j.event.Level;

/**
 * Every log event: its level and its text. What the engine logs by itself as well is DEBUG here, so
 * that nothing is told twice; so is what happens to each of many thousand segments.
 */
public enum LogEvent {
  STORE_OPENED(Level.DEBUG, "store opened"),
  STREAM_CREATED(Level.INFO, "stream created"),
  SEGMENT_OPENED(Level.DEBUG, "segment opened"),
  SEGMENT_SEALED(Level.DEBUG, "segment sealed"),
  SEGMENT_COMPRESSED(Level.DEBUG, "segment compressed"),
  SEGMENT_UPLOADED(Level.DEBUG, "segment uploaded"),
  SEGMENT_EVICTED(Level.DEBUG, "local copy dropped"),
  SEGMENT_HYDRATED(Level.DEBUG, "segment hydrated"),
  SEGMENT_RETIRED(Level.DEBUG, "segment retired"),
  FLUSHED(Level.TRACE, "records forced"),
  FLUSH_FAILED(Level.DEBUG, "force failed"),
  APPEND_WAITED(Level.TRACE, "append waited"),
  APPEND_REFUSED(Level.DEBUG, "append refused"),
  TIER2_REQUEST_FAILED(Level.DEBUG, "request to tier 2 failed"),
  BREAKER_CHANGED(Level.DEBUG, "circuit breaker changed"),
  ARCHIVE_LAGGING(Level.DEBUG, "archive lags"),
  ARCHIVE_CAUGHT_UP(Level.DEBUG, "archive has caught up"),
  COPY_DAMAGED(Level.DEBUG, "copy damaged"),
  COPY_REPAIRED(Level.DEBUG, "copy repaired"),
  SCRUBBED(Level.DEBUG, "all copies verified"),
  DRILLED(Level.DEBUG, "restore rehearsed"),
  STORAGE_FULL(Level.DEBUG, "disk is full"),
  STORAGE_AVAILABLE(Level.INFO, "disk has room again"),
  STEP_FAILED(Level.DEBUG, "background step failed");

  private final Level level;
  private final String text;

  LogEvent(Level level, String text) {
    this.level = level;
    this.text = text;
  }

  /** Value of the key {@code aof.event}. */
  public String key() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Its level. */
  public Level level() {
    return level;
  }

  /** Its message. */
  public String text() {
    return text;
  }
}
