package io.bop.aof.read;

import io.bop.aof.manifest.SegmentEntry;
import io.bop.aof.zstd.FrameRun;
import io.bop.aof.zstd.SeekableTail;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** What a reader has had fetched of one object. Confined to the reader. */
final class ObjectPlan {

  private final SegmentEntry entry;
  private final String key;
  private final Deque<RangeFetch> fetches = new ArrayDeque<>();
  private final @Nullable TailFetch tailFetch;
  private final boolean whole;
  private @Nullable SeekableTail tail;
  private int nextFrame;

  private ObjectPlan(
      SegmentEntry entry,
      @Nullable SeekableTail tail,
      @Nullable TailFetch tailFetch,
      boolean whole) {
    this.entry = entry;
    this.key = entry.objectKey();
    this.tail = tail;
    this.tailFetch = tailFetch;
    this.whole = whole;
  }

  /** Of an object whose tail is known, from that frame on. */
  static ObjectPlan of(SegmentEntry entry, SeekableTail tail, int frame) {
    ObjectPlan plan = new ObjectPlan(entry, tail, null, false);
    plan.nextFrame = frame;
    return plan;
  }

  /** Of an object whose tail is on its way. */
  static ObjectPlan of(SegmentEntry entry, TailFetch tailFetch) {
    return new ObjectPlan(entry, null, tailFetch, false);
  }

  /** Of an object that is fetched with one request, its tail included. */
  static ObjectPlan of(SegmentEntry entry, RangeFetch all) {
    ObjectPlan plan = new ObjectPlan(entry, null, null, true);
    plan.fetches.add(all);
    return plan;
  }

  boolean isOf(SegmentEntry other) {
    return entry.segmentId() == other.segmentId() && key.equals(other.objectKey());
  }

  SegmentEntry entry() {
    return entry;
  }

  String key() {
    return key;
  }

  /** Whether all of it was asked for, or its tail has come, so that frames can be. */
  boolean isReady() {
    return whole || tailNow() != null;
  }

  /** Whether there are frames that were not asked for, and can be. */
  boolean hasMore() {
    SeekableTail known = whole ? null : tailNow();
    return known != null && nextFrame < known.frameCount();
  }

  private @Nullable SeekableTail tailNow() {
    TailFetch fetch = tailFetch;
    if (tail == null && fetch != null) {
      tail = fetch.now();
    }
    return tail;
  }

  /** Whether the tail was to come, and will not. */
  boolean hasNoTail() {
    if (tailNow() != null) {
      return false;
    }
    TailFetch fetch = tailFetch;
    return fetch != null ? fetch.hasFailed() : fetches.getFirst().hasFailed();
  }

  /** Bytes of the request that brings the tail; 0 when it has come. */
  long bytesWithTail() {
    if (tailNow() != null) {
      return 0;
    }
    TailFetch fetch = tailFetch;
    if (fetch != null) {
      return fetch.bytes();
    }
    RangeFetch all = fetches.getFirst();
    return all.isDone() ? 0 : all.bytes();
  }

  /** Waits for the tail. */
  SeekableTail awaitTail(long deadlineNanos) throws IOException {
    SeekableTail known = tailNow();
    TailFetch fetch = tailFetch;
    if (known == null) {
      String what = "tail of segment " + entry.segmentId();
      known =
          fetch != null
              ? fetch.await(deadlineNanos)
              : fetches.getFirst().await(what, deadlineNanos).tail();
      tail = known;
    }
    return known;
  }

  /** What fetched the tail alone, if anything did. */
  @Nullable TailFetch tailFetch() {
    return tailFetch;
  }

  /** The first frame that was not asked for. */
  int nextFrame() {
    return nextFrame;
  }

  /** How many frames from the next one on are in so many bytes; at least 1. */
  int framesWithin(SeekableTail known, long bytes) {
    int count = 1;
    while (nextFrame + count < known.frameCount()
        && known.compressedSize(nextFrame, count + 1) <= bytes) {
      count++;
    }
    return count;
  }

  /** Bytes of frames that were not asked for; 0 while that cannot be done. */
  long bytesLeft() {
    if (!hasMore()) {
      return 0;
    }
    SeekableTail known = tail();
    return known.compressedSize(nextFrame, known.frameCount() - nextFrame);
  }

  /** The tail, of an object that {@link #hasMore}. */
  SeekableTail tail() {
    SeekableTail known = tail;
    if (known == null) {
      throw new IllegalStateException("tail is not known: segment=" + entry.segmentId());
    }
    return known;
  }

  void add(RangeFetch fetch) {
    fetches.add(fetch);
    nextFrame = fetch.behind();
  }

  /** The fetch that brings that frame; null: it was not asked for. */
  @Nullable RangeFetch fetchOf(int frame) {
    for (RangeFetch fetch : fetches) {
      if (fetch.holds(frame)) {
        return fetch;
      }
    }
    return null;
  }

  /** The frame's bytes, if they have come. */
  @Nullable FrameRun ready(int frame) {
    RangeFetch fetch = fetchOf(frame);
    return fetch == null ? null : fetch.now();
  }

  /** Takes out the first fetch, if it brings nothing from that frame on; null: it does. */
  @Nullable RangeFetch pollBefore(int frame) {
    RangeFetch fetch = fetches.peekFirst();
    return fetch == null || fetch.behind() > frame ? null : fetches.pollFirst();
  }

  /** Takes out a fetch; null: there is none. */
  @Nullable RangeFetch poll() {
    return fetches.pollFirst();
  }

  /** Nobody wants the rest any more. */
  void cancel() {
    TailFetch fetch = tailFetch;
    if (fetch != null) {
      fetch.cancel();
    }
  }
}
