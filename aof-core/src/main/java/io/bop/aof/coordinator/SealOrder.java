package io.bop.aof.coordinator;

import io.bop.aof.manifest.Ledger;
import io.bop.aof.manifest.SegmentEntry;
import io.bop.aof.manifest.StreamLedger;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Holds back seals that are done until the segments before them in the stream are recorded as
 * sealed. Recovery takes the end of what is sealed for the begin of what is not, so a seal that was
 * recorded too early would have it take the segment in front for one behind a gap. Confined to the
 * coordinator.
 */
final class SealOrder {

  private final Ledger ledger;
  private final Map<SegmentKey, Runnable> held = new HashMap<>();

  SealOrder(Ledger ledger) {
    this.ledger = ledger;
  }

  /** Runs {@code record} as soon as the segment's turn has come: now, or when it is released. */
  void inTurn(long streamId, long segmentId, Runnable record) {
    StreamLedger stream = ledger.stream(streamId);
    if (stream == null || stream.deleted()) {
      record.run();
      streamDeleted(streamId);
      return;
    }
    SegmentEntry before = stream.before(segmentId);
    if (before != null && !before.isSealed()) {
      held.put(new SegmentKey(streamId, segmentId), record);
      return;
    }
    record.run();
    release(stream, segmentId);
  }

  /** Runs all that is held of a stream: what is only dropped needs no order. */
  void streamDeleted(long streamId) {
    held.keySet().stream()
        .filter(key -> key.streamId() == streamId)
        .sorted(Comparator.comparingLong(SegmentKey::segmentId))
        .toList()
        .forEach(key -> Objects.requireNonNull(held.remove(key), "held").run());
  }

  private void release(StreamLedger stream, long segmentId) {
    SegmentEntry next = stream.after(segmentId);
    while (next != null) {
      Runnable record = held.remove(SegmentKey.of(next));
      if (record == null) {
        return;
      }
      record.run();
      next = stream.after(next.segmentId());
    }
  }
}
