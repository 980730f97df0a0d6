package io.bop.aof.tier0;

import io.bop.aof.StorageFullException;
import io.bop.aof.format.SegmentHeader;
import io.bop.aof.format.SegmentHeaderCodec;
import io.bop.aof.format.SegmentHeaderLayout;
import io.bop.aof.format.SlotState;
import io.bop.aof.io.Disk;
import io.bop.aof.io.DiskFile;
import io.bop.aof.io.Host;
import io.bop.aof.io.MappedFile;
import io.bop.aof.io.NoSpaceException;
import io.bop.aof.io.Threads.WorkerPool;
import io.bop.aof.segment.Slot;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
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
   * Books are kept under a short lock; no I/O happens while it is held. Ready slots are taken
   * without it. All files are made, prepared and removed on the worker, one after the other.
   */
  private static final Logger log = LoggerFactory.getLogger(SlotPool.class);
  private static final int FILL_SIZE = 64 * 1024;
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

  private final Host host;
  private final Options options;
  private final WorkerPool worker;
  private final Map<SizeClass, ConcurrentLinkedQueue<ReadySlot>> ready =
      new EnumMap<>(SizeClass.class);
  private final Map<SizeClass, AtomicInteger> readyCount = new EnumMap<>(SizeClass.class);
  private final AtomicBoolean scheduled = new AtomicBoolean();
  private final AtomicBoolean retrying = new AtomicBoolean();

  private final ReentrantLock lock = new ReentrantLock();
  private final Deque<Slot> idle = new ArrayDeque<>();
  private final Deque<Request> requests = new ArrayDeque<>();
  private final Map<SizeClass, Boolean> wanted = new EnumMap<>(SizeClass.class);
  private long allocatedBytes;
  private long inUseBytes;
  private long nextNumber;

  private volatile boolean queued;
  private volatile boolean exhausted;
  private volatile @Nullable StorageFullException full;
  private volatile boolean closed;
  private volatile Runnable spaceWanted = () -> {};

  /** A pool without slots. */
  public SlotPool(Host host, Options options) {
    this.host = host;
    this.options = options;
    this.worker = host.threads().pool("aof-slots", 1);
    for (SizeClass size : SizeClass.values()) {
      ready.put(size, new ConcurrentLinkedQueue<>());
      readyCount.put(size, new AtomicInteger());
    }
  }

  /** Who is told when a segment wants a slot and the budget is used up. */
  public void onSpaceWanted(Runnable action) {
    spaceWanted = action;
  }

  // ---- slots found at open

  /** Takes over a slot that holds a segment. */
  public void adoptInUse(Slot slot) {
    lock.lock();
    try {
      allocatedBytes += slot.size();
      inUseBytes += slot.size();
      nextNumber = Math.max(nextNumber, slot.number() + 1);
    } finally {
      lock.unlock();
    }
  }

  /** Takes over a slot that holds nothing. */
  public void adoptIdle(Slot slot) {
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
  public void skipNumber(long number) {
    lock.lock();
    try {
      nextNumber = Math.max(nextNumber, number + 1);
    } finally {
      lock.unlock();
    }
  }

  /** Removes idle slots until the files fit the budget; called at open. */
  public void trim() throws IOException {
    List<Slot> surplus = new ArrayList<>();
    lock.lock();
    try {
      while (allocatedBytes > options.maxBytes() && !idle.isEmpty()) {
        Slot slot = idle.removeLast();
        allocatedBytes -= slot.size();
        surplus.add(slot);
      }
    } finally {
      lock.unlock();
    }
    for (Slot slot : surplus) {
      host.disk().deleteIfExists(slot.file());
    }
    if (!surplus.isEmpty()) {
      host.disk().syncDirectory(options.directory());
    }
  }

  // ---- taking and giving back

  /** A ready slot, at once; null when there is none or others wait for one. */
  @Nullable ReadySlot tryTake(SizeClass size) {
    if (queued) {
      return null;
    }
    ReadySlot slot = pollReady(size);
    if (slot != null) {
      markInUse(slot.slot());
    }
    schedule();
    return slot;
  }

  private ConcurrentLinkedQueue<ReadySlot> queue(SizeClass size) {
    return Objects.requireNonNull(ready.get(size));
  }

  private AtomicInteger count(SizeClass size) {
    return Objects.requireNonNull(readyCount.get(size));
  }

  private @Nullable ReadySlot pollReady(SizeClass size) {
    ReadySlot slot = queue(size).poll();
    if (slot != null) {
      count(size).decrementAndGet();
    }
    return slot;
  }

  private void addReady(ReadySlot slot) {
    SizeClass size = SizeClass.of(slot.slot().size());
    count(size).incrementAndGet();
    queue(size).add(slot);
  }

  private void markInUse(Slot slot) {
    lock.lock();
    try {
      inUseBytes += slot.size();
      wanted.put(SizeClass.of(slot.size()), true);
    } finally {
      lock.unlock();
    }
  }

  /** Waits in the queue for a slot. */
  void request(Request request) {
    lock.lock();
    try {
      wanted.put(request.sizeClass(), true);
      requests.add(request);
      queued = true;
    } finally {
      lock.unlock();
    }
    schedule();
  }

  /** A slot that was taken and not used: no record was written under its salt. */
  void giveBack(ReadySlot slot) {
    SegmentHeaderCodec.encode(spareHeader(slot.slot(), slot.salt()), slot.mapping().buffer());
    lock.lock();
    try {
      inUseBytes -= slot.slot().size();
    } finally {
      lock.unlock();
    }
    addReady(slot);
    schedule();
  }

  /** The slot's segment was evicted, and that is durable in the manifest; nobody maps it now. */
  public void release(Slot slot) {
    lock.lock();
    try {
      inUseBytes -= slot.size();
      idle.add(slot);
    } finally {
      lock.unlock();
    }
    schedule();
  }

  /** The slot was set aside under another name: it is not ours any more. */
  public void forget(Slot slot) {
    lock.lock();
    try {
      inUseBytes -= slot.size();
      allocatedBytes -= slot.size();
    } finally {
      lock.unlock();
    }
    schedule();
  }

  // ---- state

  /** Bytes of all slot files. */
  public long allocatedBytes() {
    lock.lock();
    try {
      return allocatedBytes;
    } finally {
      lock.unlock();
    }
  }

  /** Bytes of the slots that hold segments. */
  public long inUseBytes() {
    lock.lock();
    try {
      return inUseBytes;
    } finally {
      lock.unlock();
    }
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
    lock.lock();
    try {
      return requests.size();
    } finally {
      lock.unlock();
    }
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
      while (!closed && serveOne()) {
        // One step after the other.
      }
    } catch (NoSpaceException e) {
      noteFull(e);
    } catch (IOException e) {
      log.error("cannot prepare slot: directory={}", options.directory(), e);
      retryLater();
    }
  }

  private boolean serveOne() throws IOException {
    Request first = peekRequest();
    if (first == null) {
      exhausted = false;
      return addSpare();
    }
    ReadySlot slot = pollReady(first.sizeClass());
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
    markInUse(slot.slot());
    removeRequest(first);
    if (!first.grant(slot)) {
      giveBack(slot);
    }
    return true;
  }

  private @Nullable Request peekRequest() {
    lock.lock();
    try {
      return requests.peek();
    } finally {
      lock.unlock();
    }
  }

  private void removeRequest(Request request) {
    lock.lock();
    try {
      requests.remove(request);
      queued = !requests.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  private boolean addSpare() throws IOException {
    for (SizeClass size : SizeClass.values()) {
      if (wanted(size) && count(size).get() < spareTarget(size)) {
        ReadySlot slot = obtain(size, false);
        if (slot != null) {
          addReady(slot);
          return true;
        }
      }
    }
    return false;
  }

  private boolean wanted(SizeClass size) {
    lock.lock();
    try {
      return wanted.containsKey(size);
    } finally {
      lock.unlock();
    }
  }

  private int spareTarget(SizeClass size) {
    long share = options.maxBytes() / SPARE_SHARE / size.bytes();
    return (int) Math.max(1, Math.min(MOST_SPARES, share));
  }

  /** An idle slot made ready, or a new one, as far as the budget goes. */
  private @Nullable ReadySlot obtain(SizeClass size, boolean urgent) throws IOException {
    Slot slot = takeIdle(size);
    if (slot == null) {
      slot = allocateWithin(size, urgent);
    }
    if (slot == null) {
      return null;
    }
    try {
      return prepare(slot);
    } catch (IOException e) {
      adoptAgain(slot);
      throw e;
    }
  }

  private void adoptAgain(Slot slot) {
    lock.lock();
    try {
      idle.add(slot);
    } finally {
      lock.unlock();
    }
  }

  private @Nullable Slot takeIdle(SizeClass size) {
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

  private @Nullable Slot allocateWithin(SizeClass size, boolean urgent) throws IOException {
    long limit = options.maxBytes() + (urgent ? options.overshootBytes() : 0);
    while (true) {
      Slot fresh = null;
      Slot surplus = null;
      lock.lock();
      try {
        if (allocatedBytes + size.bytes() <= limit) {
          fresh = newSlot(size);
        } else {
          surplus = idle.pollFirst();
        }
      } finally {
        lock.unlock();
      }
      if (fresh != null) {
        return allocate(fresh);
      }
      if (surplus == null && urgent) {
        surplus = takeSpareOfOther(size);
      }
      if (surplus == null) {
        return null;
      }
      unlink(surplus);
    }
  }

  private Slot newSlot(SizeClass size) {
    long number = nextNumber++;
    allocatedBytes += size.bytes();
    String name = String.format(Locale.ROOT, "%010d.seg", number);
    return new Slot(number, options.directory().resolve(name), size.bytes());
  }

  private @Nullable Slot takeSpareOfOther(SizeClass size) {
    for (SizeClass other : SizeClass.values()) {
      if (other != size) {
        ReadySlot spare = pollReady(other);
        if (spare != null) {
          spare.mapping().close();
          return spare.slot();
        }
      }
    }
    return null;
  }

  private void unlink(Slot slot) throws IOException {
    host.disk().deleteIfExists(slot.file());
    host.disk().syncDirectory(options.directory());
    lock.lock();
    try {
      allocatedBytes -= slot.size();
    } finally {
      lock.unlock();
    }
  }

  private Slot allocate(Slot slot) throws IOException {
    Disk disk = host.disk();
    Path temporary = slot.file().resolveSibling(slot.file().getFileName() + ".tmp");
    boolean done = false;
    try {
      long usable = disk.usableSpace(options.directory());
      if (usable < slot.size() + options.reserveBytes()) {
        throw new NoSpaceException(
            "not enough room for a slot: free=" + usable, new IOException("reserve reached"));
      }
      fill(temporary, slot);
      disk.rename(temporary, slot.file());
      disk.syncDirectory(options.directory());
      done = true;
      return slot;
    } finally {
      if (!done) {
        lock.lock();
        try {
          allocatedBytes -= slot.size();
        } finally {
          lock.unlock();
        }
        disk.deleteIfExists(temporary);
      }
    }
  }

  /*
   * The first page is written alone, the rest in writes of 64 KiB: how a file was filled decides
   * how large the page cache's folios are, and with them the cost of stores and forces.
   */
  private void fill(Path file, Slot slot) throws IOException {
    try (DiskFile out = host.disk().create(file)) {
      byte[] zeros = new byte[FILL_SIZE];
      int page = SegmentHeaderLayout.PAGE_SIZE;
      byte[] header = headerPage(slot, host.entropy().nextLong());
      out.write(0, header, 0, page);
      long position = page;
      while (position < slot.size()) {
        long border = (position / FILL_SIZE + 1) * FILL_SIZE;
        int length = (int) (Math.min(border, slot.size()) - position);
        out.write(position, zeros, 0, length);
        position += length;
      }
      out.force();
    }
  }

  private ReadySlot prepare(Slot slot) throws IOException {
    long salt = host.entropy().nextLong();
    try (DiskFile file = host.disk().openForWrite(slot.file())) {
      file.write(0, headerPage(slot, salt), 0, SegmentHeaderLayout.PAGE_SIZE);
      file.force();
    }
    MappedFile mapping = host.disk().map(slot.file(), slot.size());
    return new ReadySlot(slot, mapping, salt);
  }

  private byte[] headerPage(Slot slot, long salt) {
    ByteBuffer page =
        ByteBuffer.allocate(SegmentHeaderLayout.PAGE_SIZE).order(ByteOrder.LITTLE_ENDIAN);
    SegmentHeaderCodec.encode(spareHeader(slot, salt), page);
    return page.array();
  }

  private SegmentHeader spareHeader(Slot slot, long salt) {
    return new SegmentHeader(
        options.storeId(),
        salt,
        0,
        0,
        0,
        0,
        slot.size(),
        host.time().wallMicros(),
        0,
        SlotState.SPARE);
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
    for (SizeClass size : SizeClass.values()) {
      ReadySlot slot = pollReady(size);
      while (slot != null) {
        slot.mapping().close();
        slot = pollReady(size);
      }
    }
  }
}
