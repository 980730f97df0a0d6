package io.bop.aof.coordinator;

import io.bop.aof.manifest.SegmentEntry;

/** Names a segment within the store. */
record SegmentKey(long streamId, long segmentId) {

  static SegmentKey of(SegmentEntry entry) {
    return new SegmentKey(entry.streamId(), entry.segmentId());
  }
}
