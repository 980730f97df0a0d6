package io.bop.aof.coordinator;

import io.bop.aof.manifest.Ledger;
import io.bop.aof.manifest.SegmentEntry;
import io.bop.aof.manifest.StreamLedger;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Holds back uploads that are done until those before them in the stream are recorded. Confined to
 * the coordinator.
 */
final class UploadOrder {

  private final Ledger ledger;
  private final Map<SegmentKey, SegmentEvent.Uploaded> held = new HashMap<>();
  private boolean releasing;

  UploadOrder(Ledger ledger) {
    this.ledger = ledger;
  }

  /** Whether the upload of that segment may be recorded now. */
  boolean isNext(SegmentEntry entry) {
    StreamLedger stream = ledger.stream(entry.streamId());
    return stream == null || stream.mayArchive(entry);
  }

  /** Keeps an upload until it is its turn. */
  void hold(SegmentEntry entry, SegmentEvent.Uploaded done) {
    held.put(SegmentKey.of(entry), done);
  }

  void forget(SegmentKey key) {
    held.remove(key);
  }

  /** Hands on the uploads behind this segment whose turn it is now. */
  void release(SegmentEntry from, BiConsumer<SegmentEntry, SegmentEvent.Uploaded> record) {
    if (releasing || held.isEmpty()) {
      return;
    }
    releasing = true;
    try {
      SegmentEntry next = after(from);
      while (next != null && isPassable(next)) {
        SegmentEvent.Uploaded done = held.remove(SegmentKey.of(next));
        if (done != null) {
          record.accept(next, done);
        }
        next = after(next);
      }
    } finally {
      releasing = false;
    }
  }

  private boolean isPassable(SegmentEntry entry) {
    boolean waits = held.containsKey(SegmentKey.of(entry)) && isNext(entry);
    return waits || entry.isSettled() || entry.hasNoCopy();
  }

  private @Nullable SegmentEntry after(SegmentEntry entry) {
    StreamLedger stream = ledger.stream(entry.streamId());
    return stream == null ? null : stream.after(entry.segmentId());
  }
}
