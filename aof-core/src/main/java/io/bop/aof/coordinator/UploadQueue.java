package io.bop.aof.coordinator;

import io.bop.aof.BreakerState;
import io.bop.aof.format.ReasonCode;
import io.bop.aof.manifest.SegmentEntry;
import io.bop.aof.tier2.Tier2;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;

/**
 * The segments whose upload may not begin yet, oldest first. A few are under way at a time, so that
 * what Tier 2 must hear of besides never stands behind a long queue; none begins while the circuit
 * breaker is open, so that an outage costs neither requests nor records, and one alone while it is
 * half open. Confined to the coordinator but for {@link #waiting}.
 */
final class UploadQueue {

  private static final int MOST_TRIES_OF_A_KEY = 5;

  private static final Comparator<Waiting> OLDEST_FIRST =
      Comparator.comparingLong(Waiting::sealedAtMicros)
          .thenComparingLong(Waiting::streamId)
          .thenComparingLong(Waiting::segmentId);

  private final Parts parts;
  private final ConcurrentSkipListSet<Waiting> waiting = new ConcurrentSkipListSet<>(OLDEST_FIRST);
  private final Set<SegmentKey> underWay = new HashSet<>();
  private final Map<SegmentKey, Integer> unclear = new HashMap<>();

  private record Waiting(long sealedAtMicros, long streamId, long segmentId) {
    static Waiting of(SegmentEntry entry) {
      return new Waiting(entry.sealedAtMicros(), entry.streamId(), entry.segmentId());
    }

    SegmentKey key() {
      return new SegmentKey(streamId, segmentId);
    }
  }

  UploadQueue(Parts parts) {
    this.parts = parts;
  }

  /** How many segments wait. Any thread. */
  int waiting() {
    return waiting.size();
  }

  /**
   * Whether the upload of that segment may begin, and has begun then; else it waits.
   *
   * @param prepared whether its turn had come before and it had to be made ready first
   */
  boolean begin(SegmentEntry entry, boolean prepared) {
    int window = window();
    if (window == 0 || (underWay.size() >= window && !prepared)) {
      waiting.add(Waiting.of(entry));
      return false;
    }
    waiting.remove(Waiting.of(entry));
    underWay.add(SegmentKey.of(entry));
    return true;
  }

  /**
   * Something happened to a segment. If that ended its upload, another may begin.
   *
   * @return what to make of it
   */
  SegmentEvent heard(SegmentKey key, SegmentEvent event) {
    if (event instanceof SegmentEvent.UploadFailed failed) {
      underWay.remove(key);
      return judged(key, failed);
    }
    if (event instanceof SegmentEvent.Uploaded || event instanceof SegmentEvent.UploadConflict) {
      underWay.remove(key);
      unclear.remove(key);
    }
    return event;
  }

  /*
   * What lies under a key and does not match its own checksum cannot be told from an answer that
   * was damaged on its way. A key that goes on like that is given up; one that an outage keeps from
   * being written is not.
   */
  private SegmentEvent judged(SegmentKey key, SegmentEvent.UploadFailed event) {
    boolean isUnclear = event.reason() == ReasonCode.CORRUPT && !event.fileSuspected();
    if (!isUnclear || unclear.merge(key, 1, Integer::sum) <= MOST_TRIES_OF_A_KEY) {
      return event;
    }
    unclear.remove(key);
    return new SegmentEvent.UploadConflict(event.key());
  }

  /** The segment needs no upload any more, or asks for it again. */
  void forget(SegmentEntry entry) {
    waiting.remove(Waiting.of(entry));
  }

  /** The segment is not listed any more. */
  void gone(SegmentKey key) {
    unclear.remove(key);
  }

  /** Takes out those whose turn it may be now, oldest first. */
  List<SegmentKey> due() {
    int free = window() - underWay.size();
    List<SegmentKey> due = new ArrayList<>();
    while (due.size() < free) {
      Waiting first = waiting.pollFirst();
      if (first == null) {
        return due;
      }
      due.add(first.key());
    }
    return due;
  }

  private int window() {
    Tier2 tier2 = parts.tier2();
    BreakerState state = tier2 == null ? BreakerState.CLOSED : tier2.writeState();
    return switch (state) {
      case CLOSED -> 2 * parts.config().tier2().uploadConcurrency();
      case HALF_OPEN -> 1;
      case OPEN -> 0;
    };
  }
}
