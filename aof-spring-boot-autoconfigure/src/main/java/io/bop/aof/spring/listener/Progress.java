package io.bop.aof.spring.listener;

import java.util.ArrayDeque;
import java.util.Deque;

/** Which records of a stream were delivered and are not handled yet. Thread-safe. */
final class Progress {

  /*
   * Records are handled in any order when keys are handled side by side or acknowledged by hand.
   * The place to go on from is the lowest one that was not handled; what was handled behind it is
   * remembered here, so that the place leaps over it once the lowest is handled. Guarded by this;
   * nothing blocks inside.
   */

  private final Deque<Entry> open = new ArrayDeque<>();
  private long readUpTo;

  /** A delivered record. */
  static final class Entry {

    private final long offset;
    private boolean handled;

    private Entry(long offset) {
      this.offset = offset;
    }
  }

  /** Reading goes on there, after a reader was opened. */
  synchronized void readOnAt(long offset) {
    readUpTo = offset;
  }

  /** A record was read, and reading goes on at {@code nextOffset}. */
  synchronized Entry add(long offset, long nextOffset) {
    Entry entry = new Entry(offset);
    open.addLast(entry);
    readUpTo = nextOffset;
    return entry;
  }

  /** A record was handled; again is no harm. */
  synchronized void handled(Entry entry) {
    entry.handled = true;
    while (!open.isEmpty() && open.getFirst().handled) {
      open.removeFirst();
    }
  }

  /** Everything below was handled. */
  synchronized long position() {
    return open.isEmpty() ? readUpTo : open.getFirst().offset;
  }

  /** Where the reader is. */
  synchronized long readUpTo() {
    return readUpTo;
  }

  /** Records from the position on that were delivered. */
  synchronized int count() {
    return open.size();
  }
}
