package io.bop.aof.coordinator;

import io.bop.aof.CompressionProfile;
import io.bop.aof.Tier;
import io.bop.aof.manifest.SegmentEntry;
import io.bop.aof.tier1.WarmFile;
import org.jspecify.annotations.Nullable;

/** What has to be done for a segment. Each may be repeated from the top after a crash. */
sealed interface SegmentAction {

  /** The segment as it was when this was decided. */
  SegmentEntry entry();

  /** Write a warm file from the hot copy. */
  record Compress(SegmentEntry entry, CompressionProfile profile) implements SegmentAction {}

  /**
   * Copy the warm file to Tier 2.
   *
   * @param file as it was verified just now; null: as the manifest says
   */
  record Upload(SegmentEntry entry, String key, @Nullable WarmFile file) implements SegmentAction {}

  /** Read a copy as a whole and say whether it is intact. */
  record Verify(SegmentEntry entry, Tier tier) implements SegmentAction {}

  /** Write a warm file from the object. */
  record Hydrate(SegmentEntry entry) implements SegmentAction {}

  /** Give the slot back. */
  record ReleaseSlot(SegmentEntry entry) implements SegmentAction {}

  /** Delete the warm file. */
  record DeleteWarm(SegmentEntry entry) implements SegmentAction {}

  /** Set the damaged copy aside: another one was read as a whole, or its file is gone. */
  record Quarantine(SegmentEntry entry, Tier tier) implements SegmentAction {}

  /** Try to go on after a while. */
  record RetryLater(SegmentEntry entry) implements SegmentAction {}
}
