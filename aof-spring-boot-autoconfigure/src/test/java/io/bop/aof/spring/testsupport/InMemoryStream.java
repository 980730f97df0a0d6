package io.bop.aof.spring.testsupport;

import io.bop.aof.AofReader;
import io.bop.aof.AofStream;
import io.bop.aof.AppendRequest;
import io.bop.aof.AppendReservation;
import io.bop.aof.AppendResult;
import io.bop.aof.AppendResult.Appended;
import io.bop.aof.Durability;
import io.bop.aof.OffsetConflictException;
import io.bop.aof.OffsetDivergedException;
import io.bop.aof.OffsetOutOfRangeException;
import io.bop.aof.ReadFrom;
import io.bop.aof.ReadOptions;
import io.bop.aof.StreamSnapshot;
import io.bop.aof.VerifyReport;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A list of records; everything is durable unless {@link #durableOffset(long)} says otherwise. */
public final class InMemoryStream implements AofStream {

  private final String name;
  private final List<AppendRequest> records = new ArrayList<>();
  private final AtomicInteger openReaders = new AtomicInteger();
  private long durable = Long.MAX_VALUE;
  private long start;
  private long divergesAt = Long.MAX_VALUE;
  private @Nullable RuntimeException readFailure;
  private @Nullable RuntimeException appendFailure;
  private int appendLimit = -1;
  private @Nullable StreamSnapshot snapshot;

  InMemoryStream(String name) {
    this.name = name;
  }

  /** All requests so far. */
  public synchronized List<AppendRequest> requests() {
    return List.copyOf(records);
  }

  /** Readers that were not closed. */
  public int openReaders() {
    return openReaders.get();
  }

  /** Nothing from here on is durable. */
  public synchronized void durableOffset(long value) {
    durable = value;
  }

  /** Cursors of the epoch 0 diverge from here on. */
  public synchronized void divergesAt(long value) {
    divergesAt = value;
  }

  /** Every read fails so from now on; null: none does. */
  public synchronized void failReads(@Nullable RuntimeException value) {
    readFailure = value;
    notifyAll();
  }

  /** Every append fails so from now on; null: none does. */
  public synchronized void failAppends(@Nullable RuntimeException value) {
    failAppendsOver(-1, value);
  }

  /** Appends of more payload than that fail so from now on. */
  public synchronized void failAppendsOver(int payloadSize, @Nullable RuntimeException value) {
    appendFailure = value;
    appendLimit = payloadSize;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public long append(byte[] payload) {
    return append(AppendRequest.of(payload)).offset();
  }

  @Override
  public long append(ByteBuffer payload) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Appended append(AppendRequest request) {
    return appendAll(List.of(request));
  }

  @Override
  public synchronized Appended appendAll(List<AppendRequest> batch) {
    if (appendFailure != null && batch.get(0).payload().length > appendLimit) {
      throw appendFailure;
    }
    AppendRequest first = batch.get(0);
    long offset = records.size();
    if (first.expectedOffset().isPresent() && first.expectedOffset().getAsLong() != offset) {
      throw new OffsetConflictException(name, first.expectedOffset().getAsLong(), offset);
    }
    records.addAll(batch);
    notifyAll();
    Durability durability = first.durability();
    return new Appended(offset, durability == null ? Durability.FLUSHED : durability);
  }

  @Override
  public CompletableFuture<Appended> appendAsync(AppendRequest request) {
    return CompletableFuture.completedFuture(append(request));
  }

  @Override
  public AppendResult tryAppend(byte[] payload) {
    throw new UnsupportedOperationException();
  }

  @Override
  public AppendReservation reserve(int payloadLength) {
    throw new UnsupportedOperationException();
  }

  @Override
  public synchronized void flush() {
    durable = Long.MAX_VALUE;
  }

  @Override
  public void seal() {
    throw new UnsupportedOperationException();
  }

  @Override
  public synchronized void truncateBefore(long offset) {
    start = offset;
  }

  @Override
  public int prefetch(long from, long to) {
    throw new UnsupportedOperationException();
  }

  @Override
  public VerifyReport verify(long from, long to) {
    throw new UnsupportedOperationException();
  }

  @Override
  public synchronized long startOffset() {
    return start;
  }

  @Override
  public synchronized long nextOffset() {
    return records.size();
  }

  @Override
  public synchronized long durableOffset() {
    return Math.min(durable, records.size());
  }

  @Override
  public long archivedOffset() {
    return 0;
  }

  @Override
  public AofReader reader(ReadFrom from) {
    return reader(from, ReadOptions.defaults());
  }

  @Override
  public synchronized AofReader reader(ReadFrom from, ReadOptions options) {
    long at = start;
    if (from instanceof ReadFrom.Offset wanted) {
      at = wanted.offset();
    } else if (from instanceof ReadFrom.At wanted) {
      at = wanted.cursor().offset();
      if (wanted.cursor().epoch() == 0 && at > divergesAt) {
        throw new OffsetDivergedException(name, wanted.cursor(), divergesAt);
      }
    } else if (from instanceof ReadFrom.Latest) {
      at = durableOffset();
    }
    if (at > records.size() || at < start) {
      throw new OffsetOutOfRangeException(name, at, start, records.size());
    }
    openReaders.incrementAndGet();
    return new InMemoryReader(this, at, options.visibility(), openReaders::decrementAndGet);
  }

  /** What {@link #snapshot()} returns from now on. */
  public synchronized void snapshot(StreamSnapshot value) {
    snapshot = value;
  }

  @Override
  public synchronized StreamSnapshot snapshot() {
    StreamSnapshot given = snapshot;
    if (given == null) {
      throw new UnsupportedOperationException();
    }
    return given;
  }

  /** The record at the offset, waiting for it that long. */
  synchronized @Nullable AppendRequest await(
      long offset, ReadOptions.Visibility visibility, long millis) {
    long deadline = System.nanoTime() + millis * 1_000_000;
    checkReadable(offset);
    while (offset >= visible(visibility)) {
      long left = (deadline - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        return null;
      }
      try {
        wait(left);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return null;
      }
      checkReadable(offset);
    }
    return records.get((int) offset);
  }

  private void checkReadable(long offset) {
    if (readFailure != null) {
      throw readFailure;
    }
    if (offset < start) {
      throw new OffsetOutOfRangeException(name, offset, start, records.size());
    }
  }

  private long visible(ReadOptions.Visibility visibility) {
    return visibility == ReadOptions.Visibility.DURABLE ? durableOffset() : records.size();
  }
}
