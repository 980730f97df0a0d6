package io.bop.aof.store;

import io.bop.aof.BackpressureKind;
import io.bop.aof.segment.HotSegment;
import io.bop.aof.tier0.HotEvents;
import io.bop.aof.tier0.HotStream;
import org.jspecify.annotations.Nullable;

/** Passes events on and counts the waits. */
final class CountedEvents implements HotEvents {

  private final HotEvents next;
  private final Waits waits;

  CountedEvents(HotEvents next, Waits waits) {
    this.next = next;
    this.waits = waits;
  }

  @Override
  public void installed(HotStream stream, HotSegment segment) {
    next.installed(stream, segment);
  }

  @Override
  public void activated(HotStream stream, long nanos) {
    next.activated(stream, nanos);
  }

  @Override
  public void tripped(HotStream stream, HotSegment segment) {
    next.tripped(stream, segment);
  }

  @Override
  public void spaceWanted() {
    next.spaceWanted();
  }

  @Override
  public void flushed(HotStream stream, long bytes, long nanos, @Nullable Throwable failure) {
    next.flushed(stream, bytes, nanos, failure);
  }

  @Override
  public void backpressure(HotStream stream, BackpressureKind kind, long nanos, boolean refused) {
    waits.count(kind, refused);
    next.backpressure(stream, kind, nanos, refused);
  }

  @Override
  public void failed(HotStream stream, Throwable failure) {
    next.failed(stream, failure);
  }
}
