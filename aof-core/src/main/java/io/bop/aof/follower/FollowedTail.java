package io.bop.aof.follower;

import io.bop.aof.io.Host;
import io.bop.aof.manifest.StreamLedger;
import io.bop.aof.read.Tail;
import io.bop.aof.segment.HotSegment;
import io.bop.aof.tier0.WaitSet;
import org.jspecify.annotations.Nullable;

/** The end of a stream that is written elsewhere: what is archived, as far as it is known here. */
final class FollowedTail implements Tail {

  private final StreamLedger ledger;
  private final WaitSet waits;
  private volatile long end;

  FollowedTail(Host host, StreamLedger ledger) {
    this.ledger = ledger;
    this.waits = new WaitSet(host);
    this.end = ledger.archivedOffset();
  }

  /** The ledger has news: shows them, and wakes whoever waits. */
  void advance() {
    long archived = ledger.archivedOffset();
    if (archived > end) {
      end = archived;
      waits.wakeAll();
    }
  }

  @Override
  public long id() {
    return ledger.streamId();
  }

  @Override
  public String name() {
    return ledger.name();
  }

  @Override
  public WaitSet waits() {
    return waits;
  }

  @Override
  public long durableOffset() {
    return end;
  }

  @Override
  public long nextOffset() {
    return end;
  }

  @Override
  public @Nullable HotSegment find(long offset) {
    return null;
  }
}
