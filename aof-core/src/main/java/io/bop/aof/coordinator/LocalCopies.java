package io.bop.aof.coordinator;

import io.bop.aof.SegmentState;
import io.bop.aof.Tier;
import io.bop.aof.io.Disk;
import io.bop.aof.manifest.SegmentEntry;
import io.bop.aof.segment.HotSegment;
import io.bop.aof.segment.Slot;
import io.bop.aof.tier0.HotCopy;
import io.bop.aof.tier0.HotStream;
import io.bop.aof.tier0.SlotQuarantine;
import io.bop.aof.tier1.WarmFileName;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drops local copies and sets damaged ones aside, once the manifest permits it. Confined to the
 * coordinator, but for what says otherwise.
 */
final class LocalCopies {

  private static final Logger log = LoggerFactory.getLogger(LocalCopies.class);

  private final Parts parts;
  private final KnownStreams streams;
  private final Consumer<Runnable> later;

  /**
   * Of one store.
   *
   * @param later has the coordinator run a step after a while
   */
  LocalCopies(Parts parts, KnownStreams streams, Consumer<Runnable> later) {
    this.parts = parts;
    this.streams = streams;
    this.later = later;
    parts.warm().onSetAside(this::warmFileSetAside);
  }

  /* On whatever thread did it. */
  private void warmFileSetAside(WarmFileName name, Path aside) {
    parts.cache().invalidate(name.streamId(), name.segmentId());
    parts.repairs().quarantined(aside, name.bytes());
  }

  /** Gives the slot back, as soon as nobody reads it. */
  void releaseSlot(SegmentEntry entry) {
    HotCopy copy = take(entry);
    if (copy != null) {
      retire(copy, () -> parts.slots().release(copy.slot()));
      evicted(entry, Tier.TIER0, copy.slot().size());
      return;
    }
    HotStream stream = streams.any(entry.streamId());
    if (stream != null) {
      for (HotSegment segment : List.copyOf(stream.segments())) {
        if (segment.segmentId() == entry.segmentId()) {
          releaseUnsealed(stream, segment);
        }
      }
    }
  }

  /**
   * Gives back the slot of a segment that was never sealed: its stream was deleted. Who has a claim
   * in it finishes first.
   */
  void releaseUnsealed(HotStream stream, HotSegment segment) {
    segment.trip();
    if (segment.isComplete()) {
      stream.forget(segment);
      segment.retire(() -> parts.slots().release(segment.slot()));
    } else {
      later.accept(() -> releaseUnsealed(stream, segment));
    }
  }

  /** Deletes the warm file; who reads it goes on with the open file. */
  void deleteWarm(SegmentEntry entry) throws IOException {
    if (parts.warm().delete(entry.streamId(), entry.segmentId())) {
      parts.cache().invalidate(entry.streamId(), entry.segmentId());
      evicted(entry, Tier.TIER1, entry.compressedBytes());
    }
    if (entry.state() == SegmentState.RETIRED && streams.isDeleted(entry.streamId())) {
      parts.warm().removeFolder(entry.streamId());
    }
  }

  /** The name of a stream. */
  String nameOf(long streamId) {
    return streams.nameOf(streamId);
  }

  private void evicted(SegmentEntry entry, Tier tier, long bytes) {
    String stream = streams.nameOf(entry.streamId());
    parts.config().listener().evicted(stream, entry.segmentId(), tier, bytes);
  }

  /** Moves a damaged copy out of the way. */
  void quarantine(SegmentEntry entry, Tier tier) throws IOException {
    parts.cache().invalidate(entry.streamId(), entry.segmentId());
    if (tier == Tier.TIER1) {
      parts.warm().quarantine(entry.streamId(), entry.segmentId());
      return;
    }
    HotCopy copy = take(entry);
    if (copy != null) {
      retire(copy, () -> quarantineSlot(copy.slot()));
    }
  }

  /** Moves the first slot of a segment out of the way, of which the manifest names another one. */
  void setAside(HotStream stream, HotSegment segment) {
    stream.forget(segment);
    segment.retire(() -> quarantineSlot(segment.slot()));
  }

  private void quarantineSlot(Slot slot) {
    Disk disk = parts.host().disk();
    try {
      if (disk.exists(slot.file())) {
        Path aside = SlotQuarantine.move(disk, slot.file());
        parts.repairs().quarantined(aside, slot.size());
      }
      parts.slots().forget(slot);
    } catch (IOException e) {
      log.error("damaged slot could not be set aside: file={}", slot.file(), e);
    }
  }

  /* From here on nobody finds it; those who have it keep it until they are done. */
  private @Nullable HotCopy take(SegmentEntry entry) {
    HotCopy copy = parts.hotSet().remove(entry.streamId(), entry.segmentId());
    HotStream stream = streams.any(entry.streamId());
    HotSegment mapped = copy == null ? null : copy.mapped();
    if (stream != null && mapped != null) {
      stream.forget(mapped);
    }
    return copy;
  }

  private static void retire(HotCopy copy, Runnable whenUnused) {
    HotSegment mapped = copy.mapped();
    if (mapped == null) {
      copy.leases().retire(whenUnused);
    } else {
      mapped.retire(whenUnused);
    }
  }
}
