package io.bop.aof.tier0;

import io.bop.aof.BackpressureKind;
import io.bop.aof.format.SegmentHeader;
import io.bop.aof.format.SlotState;
import io.bop.aof.io.Host;
import io.bop.aof.io.Threads.WorkerPool;
import io.bop.aof.segment.CommitTablePool;
import io.bop.aof.segment.HotSegment;
import io.bop.aof.segment.RecordBytes;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A stream of its own, on a real disk or what a test puts in its place. */
final class HotStreamFixture implements AutoCloseable {

  static final UUID STORE = new UUID(1, 2);
  static final long TIMEOUT = TimeUnit.SECONDS.toNanos(10);

  final SlotPool slots;
  final HotStream stream;
  private final List<WorkerPool> pools;

  HotStreamFixture(Host host, Path directory, HotEvents events) {
    slots = new SlotPool(host, new SlotPool.Options(directory, STORE, 16L << 20, 0, 0));
    pools = List.of(host.threads().pool("flush", 1), host.threads().pool("complete", 1));
    HotContext context =
        new HotContext(
            host,
            STORE,
            1,
            slots,
            new CommitTablePool(1 << 20),
            pools.get(0),
            pools.get(1),
            events);
    HotOptions options =
        new HotOptions(
            SizeClass.SMALL,
            SizeClass.SMALL,
            TimeUnit.MILLISECONDS.toNanos(5),
            8 << 20,
            64 << 20,
            TIMEOUT);
    SegmentHeader header = new SegmentHeader(STORE, 0, 1, 0, 0, 0, 1 << 20, 1, 1, SlotState.IN_USE);
    stream = new HotStream("s", context, options, HotSegment.origin(header));
  }

  long append(boolean flushSoon) {
    byte[] payload = new byte[200];
    RecordBytes record = new RecordBytes();
    record.set(1, payload, 0, payload.length);
    return stream.append(record, -1, TIMEOUT, flushSoon);
  }

  @Override
  public void close() {
    slots.close(Duration.ofSeconds(5));
    pools.forEach(pool -> pool.shutdown(Duration.ofSeconds(5)));
  }

  /** Hears everything and does nothing. */
  static class Silence implements HotEvents {
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
