package io.bop.aof.coordinator;

import io.bop.aof.Tier;
import io.bop.aof.format.SegmentFooter;
import io.bop.aof.segment.Slot;
import io.bop.aof.tier1.WarmFile;

/** What can happen to a segment. */
sealed interface SegmentEvent {

  /** Its bytes, index and footer are durable. */
  record Sealed(SegmentFooter footer, Slot slot) implements SegmentEvent {}

  /** Go on, if there is something to do. */
  record Advance() implements SegmentEvent {}

  /** Its warm file is durable and verified. */
  record Compressed(WarmFile file, int profile) implements SegmentEvent {}

  /** No warm file could be written; reason as in the manifest. */
  record CompressionFailed(int reason) implements SegmentEvent {}

  /** The object store confirmed its object, and all earlier ones of the stream are recorded. */
  record Uploaded(String key, String etag, WarmFile file) implements SegmentEvent {}

  /** The object could not be stored; reason as in the manifest. */
  record UploadFailed(String key, int reason) implements SegmentEvent {}

  /** A warm file was made from the object. */
  record Hydrated(WarmFile file) implements SegmentEvent {}

  /** The hot copy must go. */
  record EvictHot() implements SegmentEvent {}

  /** The warm copy must go. */
  record EvictWarm() implements SegmentEvent {}

  /** A copy turned out to be damaged or missing; reason as in the manifest. */
  record CopyLost(Tier tier, int reason) implements SegmentEvent {}

  /** Its object is gone. */
  record ObjectDeleted(String key) implements SegmentEvent {}
}
