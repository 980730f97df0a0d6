package io.bop.aof.read;

import io.bop.aof.segment.HotSegment;
import io.bop.aof.tier0.WaitSet;
import org.jspecify.annotations.Nullable;

/** The end of a stream, where its records arrive. Thread-safe. */
public interface Tail {

  /** The stream's number. */
  long id();

  /** The stream's name. */
  String name();

  /** Where readers wait for more. */
  WaitSet waits();

  /** First offset that is not durable. */
  long durableOffset();

  /** First offset after all records that can be read. */
  long nextOffset();

  /** The mapped segment that holds the offset; null: it is in none. */
  @Nullable HotSegment find(long offset);
}
