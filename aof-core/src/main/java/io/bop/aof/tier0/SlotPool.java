package io.bop.aof.tier0;

import io.bop.aof.StorageFullException;
import io.bop.aof.io.Disk;
import io.bop.aof.io.DiskRoom;
import io.bop.aof.io.Host;
import io.bop.aof.io.NoSpaceException;
import io.bop.aof.io.Threads.WorkerPool;
import io.bop.aof.segment.Slot;
import io.bop.aof.tier0.SlotSupply.Need;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The slots of a store and their budget. Thread-safe.
 *
 * <p>Segments take slots that were made ready before by a worker of its own: allocated really,
 * header forced with a fresh salt, mapped anew. When none is ready, a request waits in a queue, and
 * the worker serves the queue in order.
 */
public final class SlotPool {

  /*
   * Ready slots are taken without a lock. All files are made, prepared and removed on the worker,
   * one after the other.
   */
  private static final Logger log = LoggerFactory.getLogger(SlotPool.class);
  private static final int SPARE_SHARE = 8;
  private static final int MOST_SPARES = 2;

  /** Somebody who waits for a slot. */
  interface Request {
    /** The class it wants. */
    SizeClass sizeClass();

    /** Takes the slot; false when it is not wanted any more. */
    boolean grant(ReadySlot slot);
  }

  /**
   * What the pool is told once.
   *
   * @param directory of the slot files
   * @param storeId written into every header
   * @param maxBytes the budget
   * @param overshootBytes by which waiting segments may exceed it
   * @param reserveBytes kept free on the disk
   */
  public record Options(
      Path directory, UUID storeId, long maxBytes, long overshootBytes, long reserveBytes) {}

  private final Host host;
  private final Options options;
  private final SlotFiles files;
  private final SlotBooks books;
  private final WorkerPool worker;
  private final SlotSupply supply;
  private final DiskRoom room;
  private final SpareShelf[] shelves = {new SpareShelf(), new SpareShelf(), new SpareShelf()};
  private final ConcurrentLinkedQueue<Request> requests = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<Request> copies = new ConcurrentLinkedQueue<>();
  private final AtomicInteger requestCount = new AtomicInteger();
  private final AtomicBoolean scheduled = new AtomicBoolean();
  private final AtomicBoolean retrying = new AtomicBoolean();

  private volatile boolean exhausted;
  private boolean failing;
  private volatile boolean closed;
  private volatile Runnable spaceWanted = () -> {};

  /** A pool without slots, which tells nobody when the disk is full. */
  public SlotPool(Host host, Options options) {
    this(host, options, new DiskRoom(host.disk(), options.reserveBytes(), DiskRoom.Listener.NONE));
  }

  /** A pool without slots. */
  public SlotPool(Host host, Options options, DiskRoom room) {
    this.host = host;
    this.options = options;
    this.room = room;
    this.files = new SlotFiles(host, options);
    this.books = new SlotBooks(options.directory());
    this.supply = new SlotSupply(host, options, files, books, room, shelves);
    this.worker = host.threads().pool("aof-slots", 1);
  }

  /** Who is told when a segment wants a slot and the budget is used up. */
  public void onSpaceWanted(Runnable action) {
    spaceWanted = action;
  }

  private SpareShelf shelf(SizeClass size) {
    return shelves[size.ordinal()];
  }

  // ---- slots found at open

  /** Takes over a slot that holds a segment. */
  public void adoptInUse(Slot slot) {
    books.adoptInUse(slot);
  }

  /** Takes over a slot that holds nothing. */
  public void adoptIdle(Slot slot) {
    if (StuckSlots.contains(host.disk(), slot.file())) {
      worker.execute(() -> supply.remove(slot));
      return;
    }
    books.adoptIdle(slot);
  }

  /** Numbers up to this one are never used for new slots. */
  public void skipNumber(long number) {
    books.skipNumber(number);
  }

  /** Removes idle slots until the files fit the budget; called at open. */
  public void trim() throws IOException {
    for (Slot slot : books.takeSurplus(options.maxBytes())) {
      files.remove(slot);
    }
  }

  // ---- taking and giving back

  /** A ready slot, at once; null when there is none or others wait for one. */
  @Nullable ReadySlot tryTake(SizeClass size) {
    SpareShelf shelf = shelf(size);
    shelf.want();
    if (requestCount.get() > 0) {
      return null;
    }
    ReadySlot slot = shelf.poll();
    if (slot != null) {
      books.inUse(slot.slot(), true);
    }
    schedule();
    return slot;
  }

  /** Waits in the queue for a slot. */
  void request(Request request) {
    shelf(request.sizeClass()).want();
    requestCount.incrementAndGet();
    requests.add(request);
    schedule();
  }

  /**
   * Waits for a slot ahead of all others, beyond the budget if need be: another slot of that class
   * will leave the pool for it.
   */
  void requestForCopy(Request request) {
    copies.add(request);
    schedule();
  }

  /** A slot that was taken and must not be used again: its file is removed. */
  void discard(ReadySlot slot) {
    slot.mapping().close();
    books.forget(slot.slot());
    worker.execute(() -> supply.remove(slot.slot()));
  }

  /** A slot that was taken and not used: no record was written under its salt. */
  void giveBack(ReadySlot slot) {
    files.makeSpare(slot);
    books.inUse(slot.slot(), false);
    shelf(SizeClass.of(slot.slot().size())).add(slot);
    schedule();
  }

  /** The slot's segment was evicted, and that is durable in the manifest; nobody maps it now. */
  public void release(Slot slot) {
    if (StuckSlots.contains(host.disk(), slot.file()) || !isWhole(slot)) {
      books.forget(slot);
      worker.execute(() -> supply.remove(slot));
      return;
    }
    books.release(slot);
    schedule();
  }

  /* One that was cut short would get its blocks when memory is written: too late on a full disk. */
  private boolean isWhole(Slot slot) {
    try {
      return host.disk().size(slot.file()) == slot.size();
    } catch (IOException e) {
      log.warn("slot is not used again: file={}", slot.file(), e);
      return false;
    }
  }

  /**
   * A thread of this process holds a claim in the slot that it never committed, and may still write
   * there at any time: no store of this process uses the file for another segment.
   */
  public static void neverUseAgain(Disk disk, Slot slot) {
    StuckSlots.add(disk, slot.file());
  }

  /** The slot was set aside under another name: it is not ours any more. */
  public void forget(Slot slot) {
    books.forget(slot);
    schedule();
  }

  // ---- state

  /** Bytes of all slot files. */
  public long allocatedBytes() {
    return books.allocatedBytes();
  }

  /** Bytes of the slots that hold segments. */
  public long inUseBytes() {
    return books.inUseBytes();
  }

  /** The budget. */
  public long maxBytes() {
    return options.maxBytes();
  }

  /** Used share of the budget. */
  public double pressure() {
    return (double) inUseBytes() / options.maxBytes();
  }

  /** Requests that wait. */
  public int queueDepth() {
    return requestCount.get();
  }

  /** Whether a request waits because the budget is used up. */
  public boolean isExhausted() {
    return exhausted;
  }

  /** Whether no slot can be allocated because the disk is full, as far as known. */
  public boolean isStorageFull() {
    return room.at(options.directory()) != null;
  }

  /** Whether the slots are in that directory. */
  public boolean isIn(Path directory) {
    return options.directory().equals(directory);
  }

  /**
   * Why the disk is to blame when a request waits: no slot can be allocated, or the budget is used
   * up and there is no room for what would let a segment leave. Null: it is not, as far as known.
   */
  public @Nullable StorageFullException storageFull() {
    DiskRoom.Full full = room.at(options.directory());
    if (full == null && exhausted) {
      full = room.all().stream().min(Comparator.comparing(DiskRoom.Full::place)).orElse(null);
    }
    return full == null
        ? null
        : new StorageFullException(
            full.place().toString(), full.neededBytes(), full.freeBytes(), null);
  }

  // ---- the worker

  private void schedule() {
    if (!closed && scheduled.compareAndSet(false, true)) {
      worker.execute(this::work);
    }
  }

  private void work() {
    scheduled.set(false);
    try {
      boolean more = true;
      while (more && !closed) {
        more = serveOne();
      }
      failing = false;
      if (isStorageFull()) {
        // Whoever wanted more has gone: there is nothing left that finds no room.
        room.available(options.directory());
      }
    } catch (NoSpaceException e) {
      if (!requests.isEmpty()) {
        spaceWanted.run();
      }
      retryLater();
    } catch (IOException e) {
      if (!failing) {
        log.error("cannot prepare slot, trying on: directory={}", options.directory(), e);
        failing = true;
      }
      retryLater();
    }
  }

  private boolean serveOne() throws IOException {
    Request copy = copies.peek();
    if (copy != null) {
      return serve(copy, Need.COPY);
    }
    Request first = requests.peek();
    if (first == null) {
      exhausted = false;
      return addSpare();
    }
    if (serve(first, Need.SEGMENT)) {
      exhausted = false;
      return true;
    }
    exhausted = true;
    spaceWanted.run();
    return false;
  }

  private boolean serve(Request request, Need need) throws IOException {
    ReadySlot slot = shelf(request.sizeClass()).poll();
    if (slot == null) {
      slot = supply.obtain(request.sizeClass(), need);
    }
    if (slot == null) {
      return false;
    }
    books.inUse(slot.slot(), true);
    if (need == Need.COPY) {
      copies.remove(request);
    } else {
      requests.remove(request);
      requestCount.decrementAndGet();
    }
    if (!request.grant(slot)) {
      giveBack(slot);
    }
    return true;
  }

  private boolean addSpare() throws IOException {
    for (SizeClass size : SizeClass.values()) {
      SpareShelf shelf = shelf(size);
      if (shelf.isWanted() && shelf.count() < spareTarget(size)) {
        ReadySlot slot = supply.obtain(size, Need.SPARE);
        if (slot != null) {
          shelf.add(slot);
          return true;
        }
      }
    }
    return false;
  }

  private int spareTarget(SizeClass size) {
    long share = options.maxBytes() / SPARE_SHARE / size.bytes();
    return (int) Math.max(1, Math.min(MOST_SPARES, share));
  }

  private void retryLater() {
    if (!closed && retrying.compareAndSet(false, true)) {
      host.threads()
          .schedule(
              SlotSupply.RETRY_NANOS,
              () -> {
                retrying.set(false);
                schedule();
              });
    }
  }

  /** Ends the worker and the mappings of ready slots. Slots in use stay as they are. */
  public void close(Duration limit) {
    closed = true;
    worker.shutdown(limit);
    for (SpareShelf shelf : shelves) {
      ReadySlot slot = shelf.poll();
      while (slot != null) {
        slot.mapping().close();
        slot = shelf.poll();
      }
    }
  }
}
