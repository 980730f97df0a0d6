package io.bop.aof.tier0;

import io.bop.aof.segment.Slot;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * How many bytes of slots there are, how many hold segments, and which slots are idle. Thread-safe;
 * kept under a short lock, with no I/O while it is held.
 */
final class SlotBooks {

  private final Path directory;
  private final ReentrantLock lock = new ReentrantLock();
  private final Deque<Slot> idle = new ArrayDeque<>();
  private long allocatedBytes;
  private final AtomicLong inUseBytes = new AtomicLong();
  private long nextNumber;

  SlotBooks(Path directory) {
    this.directory = directory;
  }

  /** A slot was found that holds a segment. */
  void adoptInUse(Slot slot) {
    lock.lock();
    try {
      allocatedBytes += slot.size();
      inUseBytes.addAndGet(slot.size());
      nextNumber = Math.max(nextNumber, slot.number() + 1);
    } finally {
      lock.unlock();
    }
  }

  /** A slot was found that holds nothing. */
  void adoptIdle(Slot slot) {
    lock.lock();
    try {
      allocatedBytes += slot.size();
      nextNumber = Math.max(nextNumber, slot.number() + 1);
      idle.add(slot);
    } finally {
      lock.unlock();
    }
  }

  /** Numbers up to this one are never used for new slots. */
  void skipNumber(long number) {
    lock.lock();
    try {
      nextNumber = Math.max(nextNumber, number + 1);
    } finally {
      lock.unlock();
    }
  }

  /** The slot gets a segment, or does not after all. Takes no lock: appenders call it. */
  void inUse(Slot slot, boolean used) {
    inUseBytes.addAndGet(used ? slot.size() : -slot.size());
  }

  /** The slot's segment is gone. */
  void release(Slot slot) {
    lock.lock();
    try {
      inUseBytes.addAndGet(-slot.size());
      idle.add(slot);
    } finally {
      lock.unlock();
    }
  }

  /** The slot, which held a segment, is not ours any more. */
  void forget(Slot slot) {
    lock.lock();
    try {
      inUseBytes.addAndGet(-slot.size());
      allocatedBytes -= slot.size();
    } finally {
      lock.unlock();
    }
  }

  /** An idle slot of that class. */
  @Nullable Slot takeIdle(SizeClass size) {
    lock.lock();
    try {
      for (Slot slot : idle) {
        if (slot.size() == size.bytes()) {
          idle.remove(slot);
          return slot;
        }
      }
      return null;
    } finally {
      lock.unlock();
    }
  }

  /** Any idle slot. */
  @Nullable Slot takeIdle() {
    lock.lock();
    try {
      return idle.poll();
    } finally {
      lock.unlock();
    }
  }

  /** A new slot, counted from now on; null when it would exceed the limit. */
  @Nullable Slot reserve(SizeClass size, long limitBytes) {
    lock.lock();
    try {
      if (allocatedBytes + size.bytes() > limitBytes) {
        return null;
      }
      long number = nextNumber++;
      allocatedBytes += size.bytes();
      String name = String.format(Locale.ROOT, "%010d.seg", number);
      return new Slot(number, directory.resolve(name), size.bytes());
    } finally {
      lock.unlock();
    }
  }

  /** The file of a slot that held nothing is gone, or was never made. */
  void unallocate(Slot slot) {
    lock.lock();
    try {
      allocatedBytes -= slot.size();
    } finally {
      lock.unlock();
    }
  }

  /** Idle slots beyond the limit; they are not counted any more. */
  List<Slot> takeSurplus(long limitBytes) {
    lock.lock();
    try {
      List<Slot> surplus = new ArrayList<>();
      while (allocatedBytes > limitBytes && !idle.isEmpty()) {
        Slot slot = idle.removeLast();
        allocatedBytes -= slot.size();
        surplus.add(slot);
      }
      return surplus;
    } finally {
      lock.unlock();
    }
  }

  long allocatedBytes() {
    lock.lock();
    try {
      return allocatedBytes;
    } finally {
      lock.unlock();
    }
  }

  long inUseBytes() {
    return inUseBytes.get();
  }
}
