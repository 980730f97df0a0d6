package io.bop.aof.testkit.simulation;

import io.bop.aof.testkit.SeededRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The pages of one file: as processes see them, and as the disk may have them. Guarded by the disk.
 */
final class FilePages {

  /*
   * A page is clean (what is on the disk is what is seen), dirty (seen, and the disk has the last
   * forced state or one that was written back since), or lost: a force failed, the kernel holds it
   * for clean, and no later force writes it. A null is a hole: zeros that take no room.
   *
   * Pages are shared between all states and images, so that a force moves references only. The file
   * may write in place only to a page that it owns: one that no other state refers to.
   */
  private static final int MOST_WRITTEN_BACK = 4;

  private @Nullable Page[] live = new Page[1];
  private @Nullable Page[] durable = new Page[1];
  private int end;
  private int allocated;
  private final BitSet dirty = new BitSet();
  private final BitSet lost = new BitSet();
  private final BitSet owned = new BitSet();
  /* Only looked up, never iterated: its order is no order. */
  private final Map<Integer, List<Page>> writtenBack = new HashMap<>();

  /** First index behind all pages that were ever used. */
  int end() {
    return end;
  }

  /** How many pages take room. */
  int allocated() {
    return allocated;
  }

  boolean isHole(int index) {
    return index >= end || live[index] == null;
  }

  /** What is seen. */
  Page at(int index) {
    Page page = index < end ? live[index] : null;
    return page == null ? Page.ZERO : page;
  }

  /** Writes into a page. */
  void write(int index, int at, byte[] src, int offset, int length) {
    if (length == Page.SIZE) {
      put(index, Page.copyOf(src, offset));
      return;
    }
    Page page = at(index);
    if (!owned.get(index)) {
      page = page.copy();
      put(index, page);
      owned.set(index);
    }
    System.arraycopy(src, offset, page.bytes(), at, length);
    touch(index);
  }

  /** Replaces a page; the file does not own it. */
  void put(int index, Page page) {
    grow(index + 1);
    if (live[index] == null) {
      allocated++;
    }
    live[index] = page;
    owned.clear(index);
    touch(index);
  }

  /** The page was written to: a force has to write it. */
  void touch(int index) {
    dirty.set(index);
    lost.clear(index);
  }

  /** Makes holes of all pages from that one on. */
  void removeFrom(int index) {
    for (int i = index; i < end; i++) {
      if (live[i] != null) {
        live[i] = null;
        allocated--;
        owned.clear(i);
        touch(i);
      }
    }
  }

  private void grow(int count) {
    if (count > live.length) {
      int length = Math.max(count, live.length * 2);
      live = Arrays.copyOf(live, length);
      durable = Arrays.copyOf(durable, length);
    }
    end = Math.max(end, count);
  }

  // ---- the disk

  boolean isDirty() {
    return !dirty.isEmpty();
  }

  /** A dirty page at or after {@code index}, else any; negative: there is none. */
  int dirtyNear(int index) {
    int next = dirty.nextSetBit(index);
    return next >= 0 ? next : dirty.nextSetBit(0);
  }

  /** Dirty pages in the range reach the disk. Lost ones do not. */
  void force(int from, int to) {
    for (int i = dirty.nextSetBit(from); i >= 0 && i < to; i = dirty.nextSetBit(i + 1)) {
      durable[i] = live[i];
      owned.clear(i);
      writtenBack.remove(i);
    }
    dirty.clear(from, Math.max(from, to));
  }

  /** Dirty pages in the range become clean without reaching the disk. */
  void lose(int from, int to) {
    for (int i = dirty.nextSetBit(from); i >= 0 && i < to; i = dirty.nextSetBit(i + 1)) {
      lost.set(i);
    }
    dirty.clear(from, Math.max(from, to));
  }

  /** The disk may have a dirty page as it is now. */
  void writeBack(int index) {
    if (!dirty.get(index)) {
      return;
    }
    List<Page> states = writtenBack.computeIfAbsent(index, i -> new ArrayList<>(2));
    if (states.size() == MOST_WRITTEN_BACK) {
      states.remove(0);
    }
    states.add(at(index));
    owned.clear(index);
  }

  /** All is on the disk as it is seen: somebody changed the disk itself. */
  void settle() {
    dirty.set(0, end);
    lost.clear();
    force(0, end);
  }

  // ---- power loss

  /** What the next boot finds in the first {@code size} bytes. */
  FilePages afterCrash(CrashMode mode, SeededRandom random, long size) {
    FilePages found = new FilePages();
    int pages = Math.min(end, (int) ((size + Page.SIZE - 1) / Page.SIZE));
    for (int i = 0; i < pages; i++) {
      Page page = survivor(i, mode, random);
      if (page != null) {
        long rest = size - (long) i * Page.SIZE;
        found.put(i, rest < Page.SIZE ? page.cutTo((int) rest) : page);
      }
    }
    found.settle();
    return found;
  }

  private @Nullable Page survivor(int index, CrashMode mode, SeededRandom random) {
    boolean current = dirty.get(index);
    if (!current && !lost.get(index)) {
      return durable[index];
    }
    List<Page> between = writtenBack.getOrDefault(index, List.of());
    int states = 1 + between.size() + (current ? 1 : 0);
    return switch (mode) {
      case OLD -> durable[index];
      case NEW -> state(index, states - 1, between);
      case MIXED -> state(index, random.nextInt(states), between);
      case TORN -> {
        @Nullable Page one = state(index, random.nextInt(states), between);
        if (!random.oneIn(2)) {
          yield one;
        }
        @Nullable Page other = state(index, random.nextInt(states), between);
        int mask = random.oneIn(2) ? random.nextInt(256) : (1 << random.between(1, 7)) - 1;
        yield orZero(one).tornWith(orZero(other), mask);
      }
    };
  }

  private @Nullable Page state(int index, int number, List<Page> between) {
    if (number == 0) {
      return durable[index];
    }
    return number <= between.size() ? between.get(number - 1) : live[index];
  }

  private static Page orZero(@Nullable Page page) {
    return page == null ? Page.ZERO : page;
  }
}
