package io.bop.aof.store;

import io.bop.aof.AofException;
import io.bop.aof.AofReader;
import io.bop.aof.AofStream;
import io.bop.aof.AppendOutcomeUnknownException;
import io.bop.aof.AppendRequest;
import io.bop.aof.AppendReservation;
import io.bop.aof.AppendResult;
import io.bop.aof.AppendResult.Appended;
import io.bop.aof.AppendResult.Refused;
import io.bop.aof.BackpressureKind;
import io.bop.aof.Durability;
import io.bop.aof.OffsetOutOfRangeException;
import io.bop.aof.ReadFrom;
import io.bop.aof.ReadOptions;
import io.bop.aof.RecordTooLargeException;
import io.bop.aof.StreamSnapshot;
import io.bop.aof.Tier2Type;
import io.bop.aof.VerifyReport;
import io.bop.aof.coordinator.Pending;
import io.bop.aof.format.HeadersCodec;
import io.bop.aof.format.RecordLayout;
import io.bop.aof.read.ReadView;
import io.bop.aof.read.ReaderOpening;
import io.bop.aof.segment.HotSegment;
import io.bop.aof.segment.RecordBytes;
import io.bop.aof.tier0.HotStream;
import io.bop.aof.tier1.WarmFiles;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** One stream of an open store. */
final class EngineStream implements AofStream {

  private static final byte[] NONE = new byte[0];
  private static final Duration RETRY_AFTER = Duration.ofMillis(1);
  private static final BackpressureKind[] KINDS = BackpressureKind.values();

  /* One record in the making per thread: nothing is allocated per append. */
  private static final ThreadLocal<Scratch> SCRATCH = ThreadLocal.withInitial(Scratch::new);

  private final EngineStore store;
  private final HotStream hot;
  private final ReadView view;
  private final Durability durability;
  private final long timeoutNanos;
  private final int maxRecordSize;
  private final long originOffset;
  private final long originBytes;
  private final AtomicBoolean lingering = new AtomicBoolean();

  EngineStream(EngineStore store, HotStream hot, ReadView view, Durability durability) {
    this.store = store;
    this.hot = hot;
    this.view = view;
    this.durability = durability;
    this.timeoutNanos = store.parts().config().appendTimeout().toNanos();
    this.maxRecordSize = store.parts().config().maxRecordSize();
    this.originOffset = hot.nextOffset();
    this.originBytes = hot.active().claimedBytes();
  }

  private static final class Scratch {
    final RecordBytes record = new RecordBytes();
    byte[] copy = NONE;
  }

  HotStream hot() {
    return hot;
  }

  WarmFiles warm() {
    return store.parts().warm();
  }

  ReadView view() {
    return view;
  }

  @Override
  public String name() {
    return hot.name();
  }

  // ---- append

  @Override
  public long append(byte[] payload) {
    if (payload == null) {
      throw new IllegalArgumentException("payload must not be null");
    }
    return append(payload, 0, payload.length, durability);
  }

  @Override
  public long append(ByteBuffer payload) {
    if (payload == null) {
      throw new IllegalArgumentException("payload must not be null");
    }
    int length = payload.remaining();
    if (payload.hasArray()) {
      int at = payload.arrayOffset() + payload.position();
      return append(payload.array(), at, length, durability);
    }
    checkSize(length);
    Scratch scratch = SCRATCH.get();
    if (scratch.copy.length < length) {
      scratch.copy = new byte[length];
    }
    payload.get(payload.position(), scratch.copy, 0, length);
    return append(scratch.copy, 0, length, durability);
  }

  private long append(byte[] payload, int at, int length, Durability level) {
    checkSize(length);
    Scratch scratch = SCRATCH.get();
    RecordBytes record = scratch.record;
    long began = store.samples().begin(hot);
    record.set(view.host().time().wallMicros(), payload, at, length);
    int bytes = record.paddedSize();
    long offset = hot.append(record, -1, timeoutNanos, level == Durability.MEMORY);
    record.clear();
    reached(Durability.MEMORY, began, 1, bytes);
    if (level != Durability.MEMORY) {
      awaitLevel(offset, level, timeoutNanos);
      reached(level, began, 1, bytes);
    }
    return offset;
  }

  private void reached(Durability level, long began, int records, long bytes) {
    store.samples().reached(level, began, hot.name(), records, bytes);
  }

  private void checkSize(long size) {
    if (size > maxRecordSize) {
      throw new RecordTooLargeException(size, maxRecordSize);
    }
  }

  @Override
  public Appended append(AppendRequest request) {
    Durability level = level(request);
    long timeout = timeout(request);
    Scratch scratch = SCRATCH.get();
    long began = store.samples().begin(hot);
    RecordBytes record = encode(scratch.record, request, 0);
    int bytes = record.paddedSize();
    long offset = hot.append(record, expected(request), timeout, level == Durability.MEMORY);
    record.clear();
    reached(Durability.MEMORY, began, 1, bytes);
    if (level != Durability.MEMORY) {
      awaitLevel(offset, level, timeout);
      reached(level, began, 1, bytes);
    }
    return new Appended(offset, level);
  }

  @Override
  public Appended appendAll(List<AppendRequest> batch) {
    if (batch.isEmpty()) {
      throw new IllegalArgumentException("batch must not be empty");
    }
    AppendRequest first = batch.get(0);
    Durability level = level(first);
    long timeout = timeout(first);
    long began = store.samples().begin(hot);
    RecordBytes[] records = new RecordBytes[batch.size()];
    long bytes = 0;
    for (int i = 0; i < records.length; i++) {
      int flags = i < records.length - 1 ? RecordLayout.FLAG_BATCH_MORE : 0;
      records[i] = encode(new RecordBytes(), batch.get(i), flags);
      bytes += records[i].paddedSize();
    }
    long offset = hot.appendAll(records, expected(first), timeout, level == Durability.MEMORY);
    reached(Durability.MEMORY, began, records.length, bytes);
    if (level != Durability.MEMORY) {
      awaitLevel(offset + records.length - 1, level, timeout);
      reached(level, began, records.length, bytes);
    }
    return new Appended(offset, level);
  }

  private RecordBytes encode(RecordBytes record, AppendRequest request, int batchFlag) {
    Objects.requireNonNull(request, "request must not be null");
    byte[] headers = HeadersCodec.encode(request.headers());
    byte @Nullable [] key = request.key();
    OptionalLong extId = request.extId();
    Long timestamp = request.timestampMicros();
    byte[] keyBytes = key == null ? NONE : key;
    checkSize((long) keyBytes.length + headers.length + request.payload().length);
    record.set(
        timestamp == null ? view.host().time().wallMicros() : timestamp,
        batchFlag | (extId.isPresent() ? RecordLayout.FLAG_EXT_ID : 0),
        extId.orElse(0),
        keyBytes,
        headers,
        request.payload(),
        0,
        request.payload().length);
    return record;
  }

  private Durability level(AppendRequest request) {
    Durability wanted = request.durability() == null ? durability : request.durability();
    if (wanted == Durability.ARCHIVED && store.parts().config().tier2().type() == Tier2Type.NONE) {
      throw new IllegalArgumentException(
          "durability ARCHIVED needs a tier 2, but tier2.type=none: stream=" + name());
    }
    return wanted;
  }

  private long timeout(AppendRequest request) {
    Duration own = request.timeout();
    return own == null ? timeoutNanos : own.toNanos();
  }

  private static long expected(AppendRequest request) {
    return request.expectedOffset().orElse(-1);
  }

  private void awaitLevel(long offset, Durability level, long timeout) {
    switch (level) {
      case MEMORY -> {}
      case FLUSHED -> awaitFlushed(offset, timeout);
      case ARCHIVED -> {
        awaitFlushed(offset, timeout);
        Pending<Boolean> archived = archived(offset);
        try {
          archived.await("archiving of offset " + offset, timeout);
        } catch (AofException e) {
          throw new AppendOutcomeUnknownException(name(), offset);
        }
      }
    }
  }

  private void awaitFlushed(long offset, long timeout) {
    if (!hot.commits().await(offset + 1, timeout)) {
      throw new AppendOutcomeUnknownException(name(), offset);
    }
  }

  /* The active segment is sealed after a while, so that many appends share one upload. */
  private Pending<Boolean> archived(long offset) {
    Pending<Boolean> archived = new Pending<>(view.host());
    store.parts().coordinator().whenArchived(hot.id(), offset + 1, archived);
    if (lingering.compareAndSet(false, true)) {
      view.host()
          .threads()
          .schedule(
              store.parts().config().archiveLinger().toNanos(),
              () -> {
                lingering.set(false);
                hot.tripActive();
              });
    }
    return archived;
  }

  @Override
  public CompletableFuture<Appended> appendAsync(AppendRequest request) {
    CompletableFuture<Appended> future = new CompletableFuture<>();
    try {
      Durability level = level(request);
      Scratch scratch = SCRATCH.get();
      long began = store.samples().begin(hot);
      RecordBytes record = encode(scratch.record, request, 0);
      int bytes = record.paddedSize();
      long offset =
          hot.append(record, expected(request), timeout(request), level == Durability.MEMORY);
      record.clear();
      reached(Durability.MEMORY, began, 1, bytes);
      if (began != AppendSamples.NONE && level != Durability.MEMORY) {
        CompletableFuture<Void> unused = future.thenRun(() -> reached(level, began, 1, bytes));
      }
      completeAt(offset, level, future);
    } catch (RuntimeException e) {
      future.completeExceptionally(e);
    }
    return future;
  }

  private void completeAt(long offset, Durability level, CompletableFuture<Appended> future) {
    Appended done = new Appended(offset, level);
    switch (level) {
      case MEMORY -> future.complete(done);
      case FLUSHED -> whenFlushed(offset, future, () -> future.complete(done));
      case ARCHIVED ->
          whenFlushed(offset, future, () -> completeWhenArchived(archived(offset), done, future));
    }
  }

  /* A failure comes at close, when the pool may take nothing any more. */
  private void completeWhenArchived(
      Pending<Boolean> archived, Appended done, CompletableFuture<Appended> future) {
    archived.whenDone(
        () -> {
          if (archived.failure() == null) {
            store.parts().pools().completions().execute(() -> future.complete(done));
          } else {
            future.completeExceptionally(new AppendOutcomeUnknownException(name(), done.offset()));
          }
        });
  }

  private void whenFlushed(long offset, CompletableFuture<Appended> future, Runnable then) {
    hot.commits()
        .whenDurable(
            offset + 1,
            failure -> {
              if (failure == null) {
                then.run();
              } else {
                future.completeExceptionally(failure);
              }
            });
  }

  @Override
  public AppendResult tryAppend(byte[] payload) {
    if (payload == null) {
      throw new IllegalArgumentException("payload must not be null");
    }
    checkSize(payload.length);
    Scratch scratch = SCRATCH.get();
    RecordBytes record = scratch.record;
    long began = store.samples().begin(hot);
    record.set(view.host().time().wallMicros(), payload, 0, payload.length);
    int bytes = record.paddedSize();
    long outcome = hot.tryAppend(record);
    record.clear();
    if (outcome >= 0) {
      reached(Durability.MEMORY, began, 1, bytes);
    }
    return outcome >= 0
        ? new Appended(outcome, Durability.MEMORY)
        : new Refused(KINDS[(int) (-1 - outcome)], RETRY_AFTER);
  }

  @Override
  public AppendReservation reserve(int payloadLength) {
    if (payloadLength < 0) {
      throw new IllegalArgumentException("payloadLength must not be negative: " + payloadLength);
    }
    checkSize(payloadLength);
    return new Reservation(this, payloadLength);
  }

  // ---- flush, seal, truncate

  @Override
  public void flush() {
    store.checkOpen();
    long target = hot.nextOffset();
    if (!hot.commits().await(target, timeoutNanos)) {
      throw new AofException("flush did not end in time: stream=" + name());
    }
    AofException poison = hot.poisoned();
    if (poison != null) {
      throw poison;
    }
  }

  @Override
  public void seal() {
    store.checkOpen();
    HotSegment segment = hot.tripActive();
    if (segment == null || segment.isSealed()) {
      return;
    }
    long deadline = view.host().time().nanoTime() + 2 * timeoutNanos;
    hot.waits().await(() -> segment.isSealed() || hot.refusal() != null, deadline, false);
    if (!segment.isSealed()) {
      AofException refusal = hot.refusal();
      if (hot.poisoned() != null) {
        flush();
      }
      throw new AofException("segment was not sealed: " + segment, refusal);
    }
  }

  @Override
  public void truncateBefore(long offset) {
    store.checkOpen();
    if (offset < 0) {
      throw new IllegalArgumentException("offset must not be negative: " + offset);
    }
    if (offset > nextOffset()) {
      throw new OffsetOutOfRangeException(name(), offset, startOffset(), nextOffset());
    }
    Pending<Boolean> done = new Pending<>(view.host());
    store.parts().coordinator().truncate(hot.id(), offset, done);
    store.await(done, "truncation of stream " + name());
  }

  // ---- prefetch, verify

  @Override
  public int prefetch(long from, long to) {
    checkRange(from, to);
    Pending<Integer> answer = store.parts().coordinator().prefetch(view.ledger(), from, to);
    return store.await(answer, "prefetch of stream " + name());
  }

  @Override
  public VerifyReport verify(long from, long to) {
    checkRange(from, to);
    return store.parts().coordinator().verify(view.ledger(), from, to, store::isClosed);
  }

  private void checkRange(long from, long to) {
    store.checkOpen();
    if (from < 0 || to < from) {
      throw new IllegalArgumentException("not a range: from=" + from + " to=" + to);
    }
  }

  // ---- state

  @Override
  public long startOffset() {
    return view.ledger().startOffset();
  }

  @Override
  public long nextOffset() {
    return hot.nextOffset();
  }

  @Override
  public long durableOffset() {
    return hot.commits().durableOffset();
  }

  @Override
  public long archivedOffset() {
    return store.parts().coordinator().archivedOffset(hot.id());
  }

  // ---- reading

  @Override
  public AofReader reader(ReadFrom from) {
    return reader(from, ReadOptions.defaults());
  }

  @Override
  public AofReader reader(ReadFrom from, ReadOptions options) {
    store.checkOpen();
    return ReaderOpening.open(view, from, options, store::isClosed);
  }

  /** What went through it since the open. */
  StreamSnapshot.Traffic traffic() {
    return new StreamSnapshot.Traffic(
        Math.max(0, nextOffset() - originOffset),
        Math.max(0, hot.active().claimedBytes() - originBytes),
        view.counts().snapshot());
  }

  @Override
  public StreamSnapshot snapshot() {
    return StoreSnapshots.take(this);
  }
}
