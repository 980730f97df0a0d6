package io.bop.aof.manifest;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;
import java.util.RandomAccess;
import org.jspecify.annotations.Nullable;

/**
 * Segments of one stream by rising id and base offset. Written by one thread, read by any without a
 * lock.
 */
final class SegmentList {

  /*
   * A view is an array and the range of it in use. A changed entry is stored in place with release
   * semantics: id and base offset of a place never change, so that a search under way stays right.
   * An added one goes behind the range before the wider view is published. A removed first one only
   * narrows the view; its place keeps the old entry, since readers may still stand there, until the
   * array is copied, which happens when a quarter of it is such places. Anything else copies.
   */
  private record View(@Nullable SegmentEntry[] array, int from, int to) {
    SegmentEntry at(int index) {
      SegmentEntry entry = (SegmentEntry) ENTRY.getAcquire(array, index);
      if (entry == null) {
        throw new IllegalStateException("no segment at place: place=" + index);
      }
      return entry;
    }
  }

  private static final VarHandle ENTRY = MethodHandles.arrayElementVarHandle(SegmentEntry[].class);
  private static final int MIN_CAPACITY = 8;

  private volatile View view = new View(new SegmentEntry[MIN_CAPACITY], 0, 0);

  int size() {
    View v = view;
    return v.to - v.from;
  }

  @Nullable SegmentEntry first() {
    View v = view;
    return v.from == v.to ? null : v.at(v.from);
  }

  @Nullable SegmentEntry last() {
    View v = view;
    return v.from == v.to ? null : v.at(v.to - 1);
  }

  /** The last entry whose base offset is at or below {@code offset}. */
  @Nullable SegmentEntry floor(long offset) {
    View v = view;
    int low = v.from;
    int high = v.to;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (v.at(middle).baseOffset() <= offset) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low == v.from ? null : v.at(low - 1);
  }

  @Nullable SegmentEntry get(long segmentId) {
    View v = view;
    int index = search(v, segmentId);
    return index < 0 ? null : v.at(index);
  }

  /** The entry before the one with that id. */
  @Nullable SegmentEntry before(long segmentId) {
    return neighbour(segmentId, -1);
  }

  /** The entry after the one with that id. */
  @Nullable SegmentEntry after(long segmentId) {
    return neighbour(segmentId, 1);
  }

  private @Nullable SegmentEntry neighbour(long segmentId, int step) {
    View v = view;
    int index = search(v, segmentId);
    int wanted = index + step;
    return index < 0 || wanted < v.from || wanted >= v.to ? null : v.at(wanted);
  }

  /** All entries; those that change are seen changed, added and removed ones are not noticed. */
  List<SegmentEntry> asList() {
    return new ViewList(view);
  }

  void add(SegmentEntry entry) {
    View v = view;
    View target = v.to == v.array.length ? copied(v, Math.max(MIN_CAPACITY, used(v) / 2)) : v;
    ENTRY.setRelease(target.array, target.to, entry);
    view = new View(target.array, target.from, target.to + 1);
  }

  /** Puts a changed entry in the place of the one with its id. */
  void replace(SegmentEntry entry) {
    View v = view;
    int index = search(v, entry.segmentId());
    if (index < 0) {
      throw new IllegalStateException("segment is not listed: segment=" + entry.segmentId());
    }
    ENTRY.setRelease(v.array, index, entry);
  }

  void remove(long segmentId) {
    View v = view;
    int index = search(v, segmentId);
    if (index < 0) {
      return;
    }
    if (index == v.from) {
      View narrower = new View(v.array, v.from + 1, v.to);
      boolean wasteful = narrower.from > MIN_CAPACITY && narrower.from > used(narrower) / 4;
      view = wasteful ? copied(narrower, used(narrower) / 8) : narrower;
      return;
    }
    @Nullable SegmentEntry[] rest = new SegmentEntry[v.array.length - v.from];
    System.arraycopy(v.array, v.from, rest, 0, index - v.from);
    System.arraycopy(v.array, index + 1, rest, index - v.from, v.to - index - 1);
    view = new View(rest, 0, used(v) - 1);
  }

  private static int used(View v) {
    return v.to - v.from;
  }

  private static View copied(View v, int room) {
    int size = used(v);
    @Nullable SegmentEntry[] array =
        Arrays.copyOf(Arrays.copyOfRange(v.array, v.from, v.to), size + room);
    return new View(array, 0, size);
  }

  private static int search(View v, long segmentId) {
    int low = v.from;
    int high = v.to - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      long id = v.at(middle).segmentId();
      if (id == segmentId) {
        return middle;
      }
      if (id < segmentId) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return -1;
  }

  private static final class ViewList extends AbstractList<SegmentEntry> implements RandomAccess {
    private final View view;

    ViewList(View view) {
      this.view = view;
    }

    @Override
    public SegmentEntry get(int index) {
      if (index < 0 || index >= size()) {
        throw new IndexOutOfBoundsException("index=" + index + " size=" + size());
      }
      return view.at(view.from + index);
    }

    @Override
    public int size() {
      return view.to - view.from;
    }
  }
}
