package io.bop.aof.tier0;

import io.bop.aof.BackpressureKind;
import io.bop.aof.format.SegmentHeader;
import io.bop.aof.format.SlotState;
import io.bop.aof.io.Threads.WorkerPool;
import io.bop.aof.proofs.HeapFile;
import io.bop.aof.proofs.ProofHost;
import io.bop.aof.segment.CommitTablePool;
import io.bop.aof.segment.HotSegment;
import io.bop.aof.segment.RecordBytes;
import io.bop.aof.segment.Slot;
import java.nio.file.Path;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A stream in its first moments, on a machine of the proof: as much of it as a proof asks for. */
final class Streams {

  static final int PAYLOAD = 32;
  static final int RECORD = 64;
  static final int START = 4_096;

  private static final UUID STORE = new UUID(1, 2);
  private static final Path DIRECTORY = Path.of("tier0");
  private static final int MAPPED = 4_096 + 512;
  private static final CommitTablePool PAGES = new CommitTablePool(64L << 20);

  final ProofHost host = new ProofHost();
  final SlotPool slots;
  final HotContext context;
  final HotStream stream;
  final SegmentChain chain;

  /** With a budget of that many small slots. */
  Streams(int budget) {
    slots =
        new SlotPool(
            host, new SlotPool.Options(DIRECTORY, STORE, budget * SizeClass.SMALL.bytes(), 0, 0));
    WorkerPool flush = host.threads().pool("flush", 1);
    WorkerPool completions = host.threads().pool("completions", 1);
    context = new HotContext(host, STORE, 1, slots, PAGES, flush, completions, Silence.INSTANCE);
    HotOptions options =
        new HotOptions(SizeClass.SMALL, SizeClass.SMALL, 1, 1L << 40, 1L << 40, Long.MAX_VALUE);
    HotSegment origin = origin();
    stream = new HotStream("s", context, options, origin);
    chain = new SegmentChain(stream, context, options, origin);
  }

  private static HotSegment origin() {
    return HotSegment.origin(
        new SegmentHeader(STORE, 0, 1, 0, 0, 0, SizeClass.SMALL.bytes(), 1, 1, SlotState.IN_USE));
  }

  /** A segment without a stream. */
  static HotSegment segment() {
    SegmentHeader header = new SegmentHeader(STORE, 1, 1, 1, 0, 0, MAPPED, 1, 1, SlotState.IN_USE);
    Slot slot = new Slot(1, DIRECTORY, MAPPED);
    return new HotSegment(header, slot, new HeapFile(MAPPED), MAPPED, PAGES, 0);
  }

  /** Puts that many ready slots on the shelf. */
  Streams ready(int count) {
    for (int i = 0; i < count; i++) {
      Slot slot = slot(i);
      slots.adoptInUse(slot);
      slots.giveBack(new ReadySlot(slot, new HeapFile(MAPPED), 0x5a17 + i));
    }
    return this;
  }

  static Slot slot(int number) {
    return new Slot(number, DIRECTORY, SizeClass.SMALL.bytes());
  }

  static RecordBytes record() {
    RecordBytes record = new RecordBytes();
    record.set(1, new byte[PAYLOAD], 0, PAYLOAD);
    return record;
  }

  /** Appends to the stream. */
  long append(RecordBytes record) {
    return stream.append(record, -1, Long.MAX_VALUE / 2, false);
  }

  private static final class Silence implements HotEvents {
    static final Silence INSTANCE = new Silence();

    @Override
    public void installed(HotStream of, HotSegment segment) {}

    @Override
    public void activated(HotStream of, long nanos) {}

    @Override
    public void tripped(HotStream of, HotSegment segment) {}

    @Override
    public void spaceWanted() {}

    @Override
    public void flushed(HotStream of, long bytes, long nanos, @Nullable Throwable failure) {}

    @Override
    public void backpressure(HotStream of, BackpressureKind kind, long nanos, boolean refused) {}

    @Override
    public void failed(HotStream of, Throwable failure) {}
  }
}
