package io.bop.aof.coordinator;

import io.bop.aof.SegmentState;
import io.bop.aof.Tier;
import io.bop.aof.manifest.Ledger;
import io.bop.aof.manifest.SegmentEntry;
import io.bop.aof.manifest.StreamLedger;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Segments that somebody wants near before he reads them. They are tried in order whenever
 * something has happened, and each is begun once: what fails then is left to its readers. Confined
 * to the coordinator's thread, but for what says otherwise.
 */
final class Prefetches {

  private final Parts parts;
  private final Ledger ledger;
  private final SegmentMoves moves;
  private final Set<SegmentKey> wanted = new LinkedHashSet<>();
  private volatile int waiting;

  Prefetches(Parts parts, Ledger ledger, SegmentMoves moves) {
    this.parts = parts;
    this.ledger = ledger;
    this.moves = moves;
  }

  /** Segments that wait. Any thread. */
  int waiting() {
    return waiting;
  }

  /**
   * The segments with records of a range that are not near. Any thread.
   *
   * @throws IllegalArgumentException when Tier 1 cannot hold them
   */
  List<SegmentKey> far(StreamLedger stream, long from, long to) {
    List<SegmentKey> far = new ArrayList<>();
    long bytes = 0;
    for (SegmentEntry entry : stream.segments()) {
      if (entry.baseOffset() < to && entry.nextOffset() > from && isFar(entry)) {
        far.add(SegmentKey.of(entry));
        bytes += entry.compressedBytes();
      }
    }
    long limit = parts.config().tier1().maxBytes();
    if (bytes > limit) {
      throw new IllegalArgumentException(
          "range is larger than tier 1: bytes="
              + bytes
              + " limit="
              + limit
              + " action=ask for less, or raise tier1.max-bytes");
    }
    return far;
  }

  /** Wants them; answers how many there are. */
  int add(List<SegmentKey> far) {
    wanted.addAll(far);
    waiting = wanted.size();
    return far.size();
  }

  private boolean isFar(SegmentEntry entry) {
    return entry.state() == SegmentState.UPLOADED
        && entry.in(Tier.TIER2)
        && parts.hotSet().get(entry.streamId(), entry.segmentId()) == null
        && !parts.warm().contains(entry.streamId(), entry.segmentId());
  }

  /** Begins what may begin now. Before the end of a batch: it makes room, and records that. */
  void run() {
    int most = parts.config().hydration().workers();
    Iterator<SegmentKey> keys = wanted.iterator();
    while (keys.hasNext() && moves.count(SegmentJob.HYDRATING) < most) {
      SegmentKey key = keys.next();
      SegmentEntry entry = ledger.segment(key.streamId(), key.segmentId());
      if (entry == null || !isFar(entry) || moves.hydrate(key.streamId(), key.segmentId())) {
        keys.remove();
      }
    }
    waiting = wanted.size();
  }
}
