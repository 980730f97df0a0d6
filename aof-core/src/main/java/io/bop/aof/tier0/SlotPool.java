package io.bop.aof.tier0;

import io.bop.aof.StorageFullException;
import io.bop.aof.io.Host;
import io.bop.aof.io.NoSpaceException;
import io.bop.aof.io.Threads.WorkerPool;
import io.bop.aof.segment.Slot;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
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
  private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);
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

  /** Ready slots of one class. */
  private static final class Shelf {
    final ConcurrentLinkedQueue<ReadySlot> ready = new ConcurrentLinkedQueue<>();
    final AtomicInteger count = new AtomicInteger();
    volatile boolean wanted;

    void add(ReadySlot slot) {
      count.incrementAndGet();
      ready.add(slot);
    }

    @Nullable ReadySlot poll() {
      ReadySlot slot = ready.poll();
      if (slot != null) {
        count.decrementAndGet();
      }
      return slot;
    }
  }

  private final Host host;
  private final Options options;
  private final SlotFiles files;
  private final SlotBooks books;
  private final WorkerPool worker;
  private final Shelf[] shelves = {new Shelf(), new Shelf(), new Shelf()};
  private final ConcurrentLinkedQueue<Request> requests = new ConcurrentLinkedQueue<>();
  private final AtomicInteger requestCount = new AtomicInteger();
  private final AtomicBoolean scheduled = new AtomicBoolean();
  private final AtomicBoolean retrying = new AtomicBoolean();

  private volatile boolean exhausted;
  private volatile @Nullable StorageFullException full;
  private volatile boolean closed;
  private volatile Runnable spaceWanted = () -> {};

  /** A pool without slots. */
  public SlotPool(Host host, Options options) {
    this.host = host;
    this.options = options;
    this.files = new SlotFiles(host, options);
    this.books = new SlotBooks(options.directory());
    this.worker = host.threads().pool("aof-slots", 1);
  }

  /** Who is told when a segment wants a slot and the budget is used up. */
  public void onSpaceWanted(Runnable action) {
    spaceWanted = action;
  }

  private Shelf shelf(SizeClass size) {
    return shelves[size.ordinal()];
  }

  // ---- slots found at open

  /** Takes over a slot that holds a segment. */
  public void adoptInUse(Slot slot) {
    books.adoptInUse(slot);
  }

  /** Takes over a slot that holds nothing. */
  public void adoptIdle(Slot slot) {
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
    Shelf shelf = shelf(size);
    shelf.wanted = true;
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
    shelf(request.sizeClass()).wanted = true;
    requestCount.incrementAndGet();
    requests.add(request);
    schedule();
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
    books.release(slot);
    schedule();
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

  /** Why no slot can be allocated; null when the disk has room, as far as known. */
  public @Nullable StorageFullException storageFull() {
    return full;
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
    } catch (NoSpaceException e) {
      noteFull(e);
    } catch (IOException e) {
      log.error("cannot prepare slot: directory={}", options.directory(), e);
      retryLater();
    }
  }

  private boolean serveOne() throws IOException {
    Request first = requests.peek();
    if (first == null) {
      exhausted = false;
      return addSpare();
    }
    ReadySlot slot = shelf(first.sizeClass()).poll();
    if (slot == null) {
      slot = obtain(first.sizeClass(), true);
    }
    if (slot == null) {
      exhausted = true;
      spaceWanted.run();
      return false;
    }
    exhausted = false;
    full = null;
    books.inUse(slot.slot(), true);
    requests.remove(first);
    requestCount.decrementAndGet();
    if (!first.grant(slot)) {
      giveBack(slot);
    }
    return true;
  }

  private boolean addSpare() throws IOException {
    for (SizeClass size : SizeClass.values()) {
      Shelf shelf = shelf(size);
      if (shelf.wanted && shelf.count.get() < spareTarget(size)) {
        ReadySlot slot = obtain(size, false);
        if (slot != null) {
          full = null;
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

  /** An idle slot made ready, or a new one, as far as the budget goes. */
  private @Nullable ReadySlot obtain(SizeClass size, boolean urgent) throws IOException {
    Slot slot = books.takeIdle(size);
    if (slot == null) {
      slot = allocateWithin(size, urgent);
    }
    if (slot == null) {
      return null;
    }
    boolean done = false;
    try {
      ReadySlot ready = files.prepare(slot);
      done = true;
      return ready;
    } finally {
      if (!done) {
        books.giveIdle(slot);
      }
    }
  }

  /* Idle slots of other classes make room; spares of other classes only for somebody who waits. */
  private @Nullable Slot allocateWithin(SizeClass size, boolean urgent) throws IOException {
    long limit = options.maxBytes() + (urgent ? options.overshootBytes() : 0);
    while (true) {
      Slot fresh = books.reserve(size, limit);
      if (fresh != null) {
        create(fresh);
        return fresh;
      }
      Slot surplus = books.takeIdle();
      if (surplus == null && urgent) {
        surplus = takeSpareOfOther(size);
      }
      if (surplus == null) {
        return null;
      }
      files.remove(surplus);
      books.unallocate(surplus);
    }
  }

  private void create(Slot slot) throws IOException {
    boolean done = false;
    try {
      files.create(slot);
      done = true;
    } finally {
      if (!done) {
        books.unallocate(slot);
      }
    }
  }

  private @Nullable Slot takeSpareOfOther(SizeClass size) {
    for (SizeClass other : SizeClass.values()) {
      ReadySlot spare = other == size ? null : shelf(other).poll();
      if (spare != null) {
        spare.mapping().close();
        return spare.slot();
      }
    }
    return null;
  }

  private void noteFull(NoSpaceException cause) {
    if (full == null) {
      log.warn("disk is full, appends will be refused: directory={}", options.directory(), cause);
    }
    long free = 0;
    try {
      free = host.disk().usableSpace(options.directory());
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
    full =
        new StorageFullException(
            options.directory().toString(), options.reserveBytes(), free, cause);
    retryLater();
  }

  private void retryLater() {
    if (!closed && retrying.compareAndSet(false, true)) {
      host.threads()
          .schedule(
              RETRY_NANOS,
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
    for (Shelf shelf : shelves) {
      ReadySlot slot = shelf.poll();
      while (slot != null) {
        slot.mapping().close();
        slot = shelf.poll();
      }
    }
  }
}
