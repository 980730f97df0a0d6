package io.bop.aof.tier0;

import io.bop.aof.format.SegmentFooter;
import io.bop.aof.io.Host;
import io.bop.aof.segment.HotSegment;
import io.bop.aof.segment.Slot;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The sealed segments that have a copy in Tier 0. Thread-safe. */
public final class HotSet {

  private final Host host;
  private final ConcurrentHashMap<Key, HotCopy> copies = new ConcurrentHashMap<>();

  /** An empty set. */
  public HotSet(Host host) {
    this.host = host;
  }

  private record Key(long streamId, long segmentId) {}

  /** A segment of this process was sealed. */
  public void add(HotSegment segment, SegmentFooter footer) {
    HotCopy copy = new HotCopy(segment, footer, host.time().nanoTime());
    copies.put(new Key(copy.streamId(), copy.segmentId()), copy);
  }

  /**
   * A segment was found at open.
   *
   * @param footer what is known of it
   */
  public void add(long streamId, Slot slot, SegmentFooter footer) {
    HotCopy copy = new HotCopy(streamId, slot, footer, host.time().nanoTime());
    copies.put(new Key(streamId, footer.segmentId()), copy);
  }

  /** The copy of that segment; null when there is none. */
  public @Nullable HotCopy get(long streamId, long segmentId) {
    return copies.get(new Key(streamId, segmentId));
  }

  /** Nobody finds the copy any more; those who have it keep it until they are done. */
  public @Nullable HotCopy remove(long streamId, long segmentId) {
    return copies.remove(new Key(streamId, segmentId));
  }

  /** How many there are. */
  public int size() {
    return copies.size();
  }

  /** The copies that fulfil the condition, least recently used first. */
  public List<HotCopy> leastRecentlyUsed(Predicate<HotCopy> condition) {
    return copies.values().stream()
        .filter(condition)
        .map(copy -> new Aged(copy, copy.lastUsedNanos()))
        .sorted(Comparator.comparingLong(Aged::lastUsedNanos))
        .map(Aged::copy)
        .toList();
  }

  /* The time of use as it was when sorting began. */
  private record Aged(HotCopy copy, long lastUsedNanos) {}
}
