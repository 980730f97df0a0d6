package io.bop.aof.coordinator;

import io.bop.aof.Tier;
import io.bop.aof.format.SegmentFooter;
import io.bop.aof.segment.Slot;
import io.bop.aof.tier1.WarmFile;
import org.jspecify.annotations.Nullable;

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

  /**
   * The object could not be stored.
   *
   * @param reason as in the manifest
   * @param fileSuspected whether the warm file may be what is wrong
   */
  record UploadFailed(String key, int reason, boolean fileSuspected) implements SegmentEvent {}

  /** The key is taken by other bytes: an object of ours that is damaged. */
  record UploadConflict(String key) implements SegmentEvent {}

  /** A warm file was made from the object. */
  record Hydrated(WarmFile file) implements SegmentEvent {}

  /** The hot copy must go. */
  record EvictHot() implements SegmentEvent {}

  /** The warm copy must go. */
  record EvictWarm() implements SegmentEvent {}

  /** Somebody could not use a copy. */
  record Suspected(Tier tier) implements SegmentEvent {}

  /**
   * A copy was looked at as a whole and is intact.
   *
   * @param file of Tier 1; null of other tiers
   */
  record Verified(Tier tier, @Nullable WarmFile file) implements SegmentEvent {}

  /** A copy that was to be looked at had been dropped by then, as it should. */
  record Dropped(Tier tier) implements SegmentEvent {}

  /** Nobody could say whether a copy is intact. */
  record NotVerified(Tier tier) implements SegmentEvent {}

  /** A copy turned out to be damaged or missing; reason as in the manifest. */
  record CopyLost(Tier tier, int reason) implements SegmentEvent {}

  /** Its object is gone. */
  record ObjectDeleted(String key) implements SegmentEvent {}

  /** Key of the object that was to be uploaded; null: this is not about an upload. */
  default @Nullable String uploadKey() {
    if (this instanceof Uploaded e) {
      return e.key();
    } else if (this instanceof UploadFailed e) {
      return e.key();
    } else if (this instanceof UploadConflict e) {
      return e.key();
    }
    return null;
  }
}
