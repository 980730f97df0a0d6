package io.bop.aof.tier0;

import io.bop.aof.format.DurableMarkCodec;
import io.bop.aof.format.MalformedException;
import io.bop.aof.format.SegmentFooter;
import io.bop.aof.format.SegmentHeader;
import io.bop.aof.format.SegmentHeaderCodec;
import io.bop.aof.io.Host;
import io.bop.aof.segment.HotSegment;
import io.bop.aof.segment.RecordRewrite;
import io.bop.aof.segment.SegmentScan;
import io.bop.aof.segment.SegmentSealing;
import io.bop.aof.segment.Slot;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Writes a segment whose file could not be forced to another slot, whole and sealed. Thread-safe.
 */
public final class SegmentCopier {

  private final Host host;
  private final SlotPool slots;
  private final long limitNanos;

  /**
   * A copier.
   *
   * @param limitNanos how long it waits for a slot, when it is not the disk that is full
   */
  public SegmentCopier(Host host, SlotPool slots, long limitNanos) {
    this.host = host;
    this.slots = slots;
    this.limitNanos = limitNanos;
  }

  /** The sealed copy: durable, under the segment's own identity. */
  public record Copy(Slot slot, SegmentFooter footer) {}

  /**
   * Makes the copy. On failure nothing is left of it.
   *
   * @param segment complete; its mapping is only read
   * @param ended whether the store is being closed, so that waiting for room makes no sense
   * @throws IOException when there is no slot, or the disk refused again
   * @throws MalformedException when a record of the segment is not intact
   */
  public Copy copy(HotSegment segment, BooleanSupplier ended) throws IOException {
    ReadySlot target = take(SizeClass.of(segment.slot().size()), ended);
    boolean done = false;
    try {
      SegmentFooter footer = fill(segment, target);
      done = true;
      target.mapping().close();
      return new Copy(target.slot(), footer);
    } finally {
      if (!done) {
        slots.discard(target);
      }
    }
  }

  private ReadySlot take(SizeClass size, BooleanSupplier ended) throws IOException {
    Wanted wanted = new Wanted(size);
    slots.requestForCopy(wanted);
    do {
      long deadline = host.time().nanoTime() + limitNanos;
      wanted.waits.await(() -> wanted.answer.get() != null, deadline, false);
    } while (wanted.answer.get() == null && slots.isStorageFull() && !ended.getAsBoolean());
    ReadySlot slot = wanted.giveUp();
    if (slot == null) {
      throw new IOException("no slot for the copy of a segment: size=" + size.bytes());
    }
    return slot;
  }

  /* Records first, then the footer: what ends with a footer is whole. */
  private SegmentFooter fill(HotSegment segment, ReadySlot target) throws IOException {
    if (!segment.tryLease()) {
      throw new IOException("segment is closed: " + segment);
    }
    ByteBuffer bytes = target.mapping().buffer();
    int dataEnd = HotSegment.positionOf(segment.committed());
    try {
      SegmentHeaderCodec.encode(header(segment.header(), target), bytes);
      RecordRewrite.copy(segment, bytes, target.salt());
    } finally {
      segment.release();
    }
    target.mapping().force(0, dataEnd);
    SegmentScan.Result scan =
        SegmentScan.run(
            (position, dst, offset, length) -> bytes.get((int) position, dst, offset, length),
            target.salt(),
            segment.baseOffset(),
            dataEnd);
    if (scan.reason() != null) {
      throw new MalformedException(scan.stoppedAt(), scan.reason());
    }
    long size = target.slot().size();
    SegmentFooter footer =
        SegmentSealing.footer(
            scan,
            segment.segmentId(),
            target.salt(),
            segment.baseOffset(),
            size,
            host.time().wallMicros(),
            SegmentFooter.FLUSH_FAILED);
    bytes.put((int) footer.indexPosition(), SegmentSealing.encodeEnd(footer, scan.index(), size));
    new DurableMarkCodec().write(bytes, 0, target.salt(), dataEnd);
    target.mapping().force(0, size);
    return footer;
  }

  private static SegmentHeader header(SegmentHeader of, ReadySlot target) {
    return new SegmentHeader(
        of.storeId(),
        target.salt(),
        of.streamId(),
        of.segmentId(),
        of.baseOffset(),
        of.baseBytes(),
        target.slot().size(),
        of.createdMicros(),
        of.epoch(),
        of.state());
  }

  /** A wish for a slot that may be taken back. */
  private final class Wanted implements SlotPool.Request {
    final WaitSet waits = new WaitSet(host);
    final AtomicReference<@Nullable Answer> answer = new AtomicReference<>();
    private final SizeClass size;

    Wanted(SizeClass size) {
      this.size = size;
    }

    @Override
    public SizeClass sizeClass() {
      return size;
    }

    @Override
    public boolean grant(ReadySlot slot) {
      boolean wanted = answer.compareAndSet(null, new Answer(slot));
      waits.wakeAll();
      return wanted;
    }

    /** The slot, if it came; from now on none is wanted. */
    @Nullable ReadySlot giveUp() {
      answer.compareAndSet(null, new Answer(null));
      Answer given = answer.get();
      return given == null ? null : given.slot();
    }
  }

  private record Answer(@Nullable ReadySlot slot) {}
}
