package io.bop.aof.read;

import io.bop.aof.segment.HotSegment;
import io.bop.aof.tier0.HotStream;
import io.bop.aof.tier0.WaitSet;
import org.jspecify.annotations.Nullable;

/**
 * The end of a stream that is written here.
 *
 * @param hot where records are appended
 */
public record HotTail(HotStream hot) implements Tail {

  @Override
  public long id() {
    return hot.id();
  }

  @Override
  public String name() {
    return hot.name();
  }

  @Override
  public WaitSet waits() {
    return hot.waits();
  }

  @Override
  public long durableOffset() {
    return hot.commits().durableOffset();
  }

  @Override
  public long nextOffset() {
    return hot.nextOffset();
  }

  @Override
  public @Nullable HotSegment find(long offset) {
    return hot.find(offset);
  }
}
