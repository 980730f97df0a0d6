package io.bop.aof.read;

import io.bop.aof.io.Host;
import io.bop.aof.manifest.SegmentEntry;
import io.bop.aof.tier1.FrameCache;
import io.bop.aof.tier1.FrameKey;
import io.bop.aof.zstd.FrameRun;
import io.bop.aof.zstd.SeekableTail;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Fetches ranges of objects ahead of one reader, from one object to the next. Confined to the
 * reader; the requests themselves run on workers.
 */
final class FetchAhead implements AutoCloseable {

  /*
   * The window is how many bytes may be on their way or wait for the reader. It begins with one
   * frame and grows each time the reader has to wait, up to the reader's share of the budget and to
   * a few times what was read, so that a look at a few records fetches little. A request brings so
   * much of it that all places for fetches are used, but not less than what is worth a request. Of
   * the next object the end is fetched while this one's frames are, because it says where the
   * frames are; a small object is fetched as a whole. What failed before the reader asked for it is
   * asked for again: the reader may come to it when the outage is long over.
   */
  private static final int GROWTH = 4;
  private static final int LEAST_AT_ONCE = 2;
  private static final long WORTH_A_REQUEST = 1024 * 1024;
  private static final long LARGEST_FETCH = 8L * 1024 * 1024;

  /** A connection that takes so long gains nothing by larger requests. */
  private static final long SLOW_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Host host;
  private final ColdTier cold;
  private final FrameCache cache;
  private final Following following;
  private final boolean ahead;
  private final Taken taken;
  private final Deque<ObjectPlan> plans = new ArrayDeque<>();
  private @Nullable ObjectPlan upcoming;
  private boolean active;
  private long held;
  private long window;
  private long read;
  private long expected = -1;
  private long tookNanos;

  /** Says where the reader goes next. */
  interface Following {
    /** The segment behind that one, if only Tier 2 has it; null: another source is used then. */
    @Nullable SegmentEntry after(SegmentEntry entry);
  }

  /** Is told, on the reader's thread, of what was fetched and then taken by the reader. */
  interface Taken {
    /**
     * One request's bytes.
     *
     * @param arrivedNanos when they came, on the monotonic clock
     */
    void taken(long segment, long bytes, long tookNanos, long arrivedNanos);
  }

  /**
   * Has fetched nothing yet.
   *
   * @param ahead whether more is fetched than what the reader asks for
   */
  FetchAhead(
      Host host, ColdTier cold, FrameCache cache, Following following, boolean ahead, Taken taken) {
    this.host = host;
    this.cold = cold;
    this.cache = cache;
    this.following = following;
    this.ahead = ahead;
    this.taken = taken;
  }

  // ---- what the reader asks for

  /**
   * The reader begins with an object.
   *
   * @return whether it comes from the end of the one before, so that it is likely to go on
   */
  boolean enter(SegmentEntry entry) {
    while (!plans.isEmpty() && !plans.getFirst().isOf(entry)) {
      drop(plans.removeFirst());
    }
    ObjectPlan next = upcoming;
    if (plans.isEmpty() && next != null && next.isOf(entry)) {
      plans.add(next);
      upcoming = null;
    } else if (plans.isEmpty()) {
      clear();
    }
    return entry.baseOffset() == expected;
  }

  /** The object's tail; waits for it. */
  SeekableTail tail(SegmentEntry entry, long deadlineNanos) throws IOException {
    ObjectPlan first = plans.peekFirst();
    if (first != null && first.isOf(entry) && first.hasNoTail()) {
      clear();
    }
    ObjectPlan plan = plans.peekFirst();
    if (plan == null || !plan.isOf(entry)) {
      SeekableTail known = cache.tailIfPresent(tailKey(entry));
      if (known != null) {
        return known;
      }
      TailFetch fetch = loadTail(entry);
      SeekableTail loaded = fetch.await(deadlineNanos);
      tell(fetch);
      return loaded;
    }
    long awaited = plan.bytesWithTail();
    if (awaited > 0) {
      grow(awaited);
      extend();
    }
    boolean ended = false;
    try {
      SeekableTail known = plan.awaitTail(deadlineNanos);
      tell(plan.tailFetch());
      ended = true;
      return known;
    } finally {
      if (!ended) {
        clear();
      }
    }
  }

  /** One frame alone. */
  FrameRun single(SegmentEntry entry, SeekableTail tail, int frame, long deadlineNanos)
      throws IOException {
    String key = entry.objectKey();
    PooledLoad<FrameRun> load =
        new PooledLoad<>(host, cold.fetches(), () -> fetch(key, tail, frame, 1));
    FrameRun run = load.await("frame of segment " + entry.segmentId(), deadlineNanos);
    taken.taken(
        entry.segmentId(), tail.compressedSize(frame), load.tookNanos(), load.arrivedNanos());
    return run;
  }

  /** The bytes of a frame of a reader that goes on; waits for them. */
  FrameRun await(SegmentEntry entry, SeekableTail tail, int frame, long deadlineNanos)
      throws IOException {
    RangeFetch fetch = wanted(entry, tail, frame);
    if (!fetch.isDone()) {
      grow(fetch.bytes());
    }
    extend();
    boolean ended = false;
    try {
      FrameRun run = fetch.await("frames of segment " + entry.segmentId(), deadlineNanos);
      tookNanos = fetch.tookNanos();
      ended = true;
      return run;
    } finally {
      if (!ended) {
        clear();
      }
    }
  }

  /** The bytes of a frame of the object that the reader is at, if they have come. */
  @Nullable FrameRun ready(int frame) {
    ObjectPlan plan = plans.peekFirst();
    return plan == null ? null : plan.ready(frame);
  }

  /** The reader has taken that frame, and what is before it. */
  void passed(SeekableTail tail, int frame) {
    read += tail.compressedSize(frame);
    expected = tail.firstOffset(frame) + tail.recordCount(frame);
    boolean last = frame + 1 == tail.frameCount();
    ObjectPlan plan = plans.peekFirst();
    if (plan == null) {
      return;
    }
    RangeFetch done = last ? plan.poll() : plan.pollBefore(frame + 1);
    while (done != null) {
      release(done);
      tell(plan, done);
      done = last ? plan.poll() : plan.pollBefore(frame + 1);
    }
    extend();
    if (last && plans.size() == 1 && upcoming == null) {
      clear();
    }
  }

  /** Drops everything; the reader goes somewhere else. */
  void clear() {
    while (!plans.isEmpty()) {
      drop(plans.removeFirst());
    }
    ObjectPlan next = upcoming;
    if (next != null) {
      upcoming = null;
      drop(next);
    }
    window = 0;
    read = 0;
    tookNanos = 0;
    if (active) {
      active = false;
      cold.budget().leave();
    }
  }

  @Override
  public void close() {
    clear();
  }

  // ---- what is fetched

  private RangeFetch wanted(SegmentEntry entry, SeekableTail tail, int frame) {
    ObjectPlan plan = plans.peekFirst();
    if (plan != null && plan.isOf(entry)) {
      RangeFetch fetch = plan.fetchOf(frame);
      if (fetch != null && !fetch.hasFailed()) {
        return fetch;
      }
    }
    if (plan == null || !plan.isOf(entry) || plan.nextFrame() != frame || !plan.hasMore()) {
      clear();
      plan = ObjectPlan.of(entry, tail, frame);
      plans.add(plan);
      read = tail.compressedSize(frame);
      active = true;
      cold.budget().enter();
    }
    return start(plan, Math.max(1, fetchBytes()));
  }

  private void extend() {
    ObjectPlan last = ahead ? plans.peekLast() : null;
    while (last != null && last.isReady()) {
      lookBehind(last);
      if (last.hasMore()) {
        if (!startMore(last)) {
          return;
        }
      } else {
        ObjectPlan next = upcoming;
        if (next == null || !next.isReady()) {
          return;
        }
        upcoming = null;
        plans.add(next);
        last = next;
      }
    }
  }

  /* The end of the next object, or all of it if that is little. */
  private void lookBehind(ObjectPlan last) {
    boolean soon = upcoming == null && last.bytesLeft() <= window;
    SegmentEntry next = soon ? following.after(last.entry()) : null;
    if (next == null) {
      return;
    }
    SeekableTail known = cache.tailIfPresent(tailKey(next));
    long size = next.compressedBytes();
    if (known != null) {
      upcoming = ObjectPlan.of(next, known, 0);
    } else if (size > Math.min(LARGEST_FETCH, window / LEAST_AT_ONCE)) {
      upcoming = ObjectPlan.of(next, loadTail(next));
    } else if (!last.hasMore() && hasRoomFor(size)) {
      held += size;
      String key = next.objectKey();
      upcoming =
          ObjectPlan.of(
              next,
              new RangeFetch(
                  0, Integer.MAX_VALUE, size, size, place(), () -> fetchAll(next, key, size)));
    }
  }

  private boolean startMore(ObjectPlan plan) {
    SeekableTail tail = plan.tail();
    int count = plan.framesWithin(tail, fetchBytes());
    long size = tail.compressedSize(plan.nextFrame(), count);
    if (!hasRoomFor(size)) {
      return false;
    }
    start(plan, count, size, size);
    return true;
  }

  /* What the reader needs now is fetched whatever there is of the budget, but then no more. */
  private RangeFetch start(ObjectPlan plan, long wantedBytes) {
    SeekableTail tail = plan.tail();
    int count = plan.framesWithin(tail, wantedBytes);
    long size = tail.compressedSize(plan.nextFrame(), count);
    if (cold.budget().tryTake(size)) {
      return start(plan, count, size, size);
    }
    return start(plan, 1, tail.compressedSize(plan.nextFrame()), 0);
  }

  private RangeFetch start(ObjectPlan plan, int count, long size, long taken) {
    SeekableTail tail = plan.tail();
    String key = plan.key();
    int first = plan.nextFrame();
    RangeFetch fetch =
        new RangeFetch(
            first, first + count, size, taken, place(), () -> fetch(key, tail, first, count));
    plan.add(fetch);
    held += size;
    return fetch;
  }

  private boolean hasRoomFor(long size) {
    return held + size <= Math.min(window, cold.budget().share()) && cold.budget().tryTake(size);
  }

  private long fetchBytes() {
    // All places are used while one range waits for the reader.
    long part = window / (cold.fetches().size() + 1);
    long least = Math.min(WORTH_A_REQUEST, window / LEAST_AT_ONCE);
    return Math.min(LARGEST_FETCH, Math.max(part, least));
  }

  private void grow(long awaitedBytes) {
    if (tookNanos < SLOW_NANOS) {
      long most = Math.min(cold.budget().share(), GROWTH * read);
      long wanted = Math.max(GROWTH * window, LEAST_AT_ONCE * awaitedBytes);
      window = Math.max(window, Math.min(most, wanted));
    }
  }

  private void drop(ObjectPlan plan) {
    plan.cancel();
    for (RangeFetch fetch = plan.poll(); fetch != null; fetch = plan.poll()) {
      fetch.cancel();
      release(fetch);
    }
  }

  private void release(RangeFetch fetch) {
    held -= fetch.bytes();
    cold.budget().giveBack(fetch.taken());
  }

  // ---- what is told

  private void tell(ObjectPlan plan, RangeFetch fetch) {
    if (fetch.isDone()) {
      taken.taken(plan.entry().segmentId(), fetch.bytes(), fetch.tookNanos(), fetch.arrivedNanos());
    }
  }

  private void tell(@Nullable TailFetch fetch) {
    if (fetch != null && fetch.take()) {
      taken.taken(fetch.segmentId(), fetch.bytes(), fetch.tookNanos(), fetch.arrivedNanos());
    }
  }

  // ---- on workers

  private RangeFetch.Place place() {
    return new RangeFetch.Place(host, cold.fetches());
  }

  private FrameRun fetch(String key, SeekableTail tail, int first, int count) throws IOException {
    long position = tail.compressedPosition(first);
    int length = Math.toIntExact(tail.compressedSize(first, count));
    byte[] bytes = cold.tier2().getRange(key, position, length);
    return new FrameRun(tail, first, count, bytes, position);
  }

  private FrameRun fetchAll(SegmentEntry entry, String key, long size) throws IOException {
    byte[] bytes = cold.tier2().getRange(key, 0, Math.toIntExact(size));
    SeekableTail tail = cache.tail(tailKey(entry), () -> SeekableTail.parse(bytes, size, key));
    return new FrameRun(tail, 0, tail.frameCount(), bytes, 0);
  }

  private TailFetch loadTail(SegmentEntry entry) {
    return new TailFetch(
        entry,
        place(),
        requesting ->
            cache.tail(
                tailKey(entry),
                () -> {
                  requesting.run();
                  return fetchTail(entry);
                }));
  }

  private SeekableTail fetchTail(SegmentEntry entry) throws IOException {
    String key = entry.objectKey();
    long size = entry.compressedBytes();
    int length = entry.tailLength();
    return SeekableTail.parse(cold.tier2().getRange(key, size - length, length), size, key);
  }

  private static FrameKey tailKey(SegmentEntry entry) {
    return FrameKey.tail(entry.streamId(), entry.segmentId(), entry.compressedBytes());
  }
}
