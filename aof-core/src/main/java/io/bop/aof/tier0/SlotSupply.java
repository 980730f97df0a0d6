package io.bop.aof.tier0;

import io.bop.aof.io.DiskRoom;
import io.bop.aof.io.Host;
import io.bop.aof.io.NoSpaceException;
import io.bop.aof.segment.Slot;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes slots ready: idle ones, or new ones within budget and disk. Confined to the pool's worker.
 */
final class SlotSupply {

  private static final Logger log = LoggerFactory.getLogger(SlotSupply.class);

  /** How long a disk that was full is not asked for room again. */
  static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** What a slot is wanted for. */
  enum Need {
    /** To have one ready. */
    SPARE,
    /** A segment waits. */
    SEGMENT,
    /** The copy of a segment whose own slot will be set aside; may exceed budget and reserve. */
    COPY
  }

  private final Host host;
  private final SlotPool.Options options;
  private final SlotFiles files;
  private final SlotBooks books;
  private final DiskRoom room;
  private final SpareShelf[] shelves;
  private long nextTryNanos;

  SlotSupply(
      Host host,
      SlotPool.Options options,
      SlotFiles files,
      SlotBooks books,
      DiskRoom room,
      SpareShelf[] shelves) {
    this.host = host;
    this.options = options;
    this.files = files;
    this.books = books;
    this.room = room;
    this.shelves = shelves;
  }

  /**
   * An idle slot made ready, or a new one.
   *
   * @return null when the budget is used up
   * @throws NoSpaceException when the disk is full; {@link DiskRoom} knows by then
   */
  @Nullable ReadySlot obtain(SizeClass size, Need need) throws IOException {
    if (need != Need.COPY) {
      // An earlier process went beyond the budget for a copy, or this one for segments that waited.
      books.takeSurplus(limit(size, need)).forEach(this::remove);
    }
    Slot slot = books.takeIdle(size);
    if (slot == null) {
      slot = allocateWithin(size, need);
    }
    if (slot == null) {
      return null;
    }
    boolean done = false;
    try {
      ReadySlot ready = files.prepare(slot);
      done = true;
      return ready;
    } catch (NoSpaceException e) {
      throw full(slot, e);
    } finally {
      if (!done) {
        // A force of it failed, or may have: the file is not used again.
        books.unallocate(slot);
        remove(slot);
      }
    }
  }

  /* Idle slots of other classes make room; spares of other classes only for somebody who waits. */
  private @Nullable Slot allocateWithin(SizeClass size, Need need) throws IOException {
    while (true) {
      Slot fresh = books.reserve(size, limit(size, need));
      NoSpaceException full = null;
      if (fresh != null) {
        full = create(fresh, need);
        if (full == null) {
          return fresh;
        }
      }
      Slot surplus = books.takeIdle();
      if (surplus == null && need != Need.SPARE) {
        surplus = takeSpareOfOther(size);
      }
      if (surplus == null) {
        if (full != null) {
          throw full;
        }
        return null;
      }
      books.unallocate(surplus);
      remove(surplus);
      nextTryNanos = host.time().nanoTime();
    }
  }

  private long limit(SizeClass size, Need need) {
    return switch (need) {
      case SPARE -> options.maxBytes();
      case SEGMENT -> options.maxBytes() + options.overshootBytes();
      case COPY -> options.maxBytes() + options.overshootBytes() + size.bytes();
    };
  }

  /* Null: it is there. A disk that was full a moment ago is not filled up again to find out. */
  private @Nullable NoSpaceException create(Slot slot, Need need) throws IOException {
    boolean done = false;
    try {
      if (isStillFull()) {
        return new NoSpaceException("disk was full a moment ago: path=" + options.directory());
      }
      if (need != Need.COPY) {
        room.require(options.directory(), slot.size());
      }
      files.create(slot);
      done = true;
      room.available(options.directory());
      return null;
    } catch (NoSpaceException e) {
      return full(slot, e);
    } finally {
      if (!done) {
        books.unallocate(slot);
      }
    }
  }

  private boolean isStillFull() {
    return room.at(options.directory()) != null && host.time().nanoTime() - nextTryNanos < 0;
  }

  private NoSpaceException full(Slot slot, NoSpaceException cause) {
    room.note(options.directory(), slot.size(), cause);
    nextTryNanos = host.time().nanoTime() + RETRY_NANOS;
    return cause;
  }

  private @Nullable Slot takeSpareOfOther(SizeClass size) {
    for (SizeClass other : SizeClass.values()) {
      ReadySlot spare = other == size ? null : shelves[other.ordinal()].poll();
      if (spare != null) {
        spare.mapping().close();
        return spare.slot();
      }
    }
    return null;
  }

  /** Removes the file of a slot that is in no book any more. What cannot be removed stays. */
  void remove(Slot slot) {
    try {
      files.remove(slot);
    } catch (IOException e) {
      log.warn("slot could not be removed: file={}", slot.file(), e);
    }
  }

  /** Where the slots are. */
  Path directory() {
    return options.directory();
  }
}
