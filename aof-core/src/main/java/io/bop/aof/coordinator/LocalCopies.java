package io.bop.aof.coordinator;

import io.bop.aof.Tier;
import io.bop.aof.manifest.SegmentEntry;
import io.bop.aof.segment.HotSegment;
import io.bop.aof.tier0.HotCopy;
import io.bop.aof.tier0.HotStream;
import io.bop.aof.tier0.SlotQuarantine;
import java.io.IOException;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drops local copies and sets damaged ones aside, once the manifest permits it. Confined to the
 * coordinator.
 */
final class LocalCopies {

  private static final Logger log = LoggerFactory.getLogger(LocalCopies.class);

  private final Parts parts;
  private final LongFunction<@Nullable HotStream> streams;
  private final LongFunction<String> names;

  /**
   * Of one store.
   *
   * @param streams the hot part of a stream by id; null when it was deleted
   * @param names the name of a stream by id
   */
  LocalCopies(Parts parts, LongFunction<@Nullable HotStream> streams, LongFunction<String> names) {
    this.parts = parts;
    this.streams = streams;
    this.names = names;
  }

  /** Gives the slot back, as soon as nobody reads it. */
  void releaseSlot(SegmentEntry entry) {
    HotCopy copy = take(entry);
    if (copy != null) {
      retire(copy, () -> parts.slots().release(copy.slot()));
      evicted(entry, Tier.TIER0, copy.slot().size());
    }
  }

  /** Deletes the warm file; who reads it goes on with the open file. */
  void deleteWarm(SegmentEntry entry) throws IOException {
    if (parts.warm().delete(entry.streamId(), entry.segmentId())) {
      parts.cache().invalidate(entry.streamId(), entry.segmentId());
      evicted(entry, Tier.TIER1, entry.compressedBytes());
    }
  }

  private void evicted(SegmentEntry entry, Tier tier, long bytes) {
    String stream = names.apply(entry.streamId());
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
      retire(copy, () -> quarantineSlot(copy));
    }
  }

  private void quarantineSlot(HotCopy copy) {
    try {
      SlotQuarantine.move(parts.host().disk(), copy.slot().file());
      parts.slots().forget(copy.slot());
    } catch (IOException e) {
      log.error("damaged slot could not be set aside: file={}", copy.slot().file(), e);
    }
  }

  /* From here on nobody finds it; those who have it keep it until they are done. */
  private @Nullable HotCopy take(SegmentEntry entry) {
    HotCopy copy = parts.hotSet().remove(entry.streamId(), entry.segmentId());
    HotStream stream = streams.apply(entry.streamId());
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
