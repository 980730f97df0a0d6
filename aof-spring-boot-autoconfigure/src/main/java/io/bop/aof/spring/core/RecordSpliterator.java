package io.bop.aof.spring.core;

import io.bop.aof.AofReader;
import io.bop.aof.AofRecord;
import java.util.Spliterator;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** Copies of a reader's records, read when asked for; owns the reader. */
final class RecordSpliterator implements Spliterator<AofRecord> {

  /*
   * A reader belongs to one thread at a time, but a stream may be closed by another one, and that
   * is how a tail is ended from outside. The lock keeps the two apart: closing raises the flag,
   * waits for the step in progress (bounded by the tail's interval or the read's deadline) and
   * closes. The consumer runs outside of the lock. It never splits, so parallel() reads
   * sequentially too.
   */

  private final AofReader reader;
  private final BooleanSupplier goOn;
  private final Function<AofReader, @Nullable AofRecord> step;
  private final boolean waits;
  private final ReentrantLock lock = new ReentrantLock();
  private volatile boolean closed;
  private boolean readerClosed;

  private RecordSpliterator(
      AofReader reader,
      BooleanSupplier goOn,
      Function<AofReader, @Nullable AofRecord> step,
      boolean waits) {
    this.reader = reader;
    this.goOn = goOn;
    this.step = step;
    this.waits = waits;
  }

  /** What lies below {@code endOffset}; ends there, or where the reader finds nothing more. */
  static Stream<AofRecord> upTo(long endOffset, AofReader reader) {
    return stream(
        new RecordSpliterator(
            reader, () -> reader.nextOffset() < endOffset, r -> nextBelow(endOffset, r), false));
  }

  /** Everything that is there and comes; ends when told to, closed or interrupted. */
  static Stream<AofRecord> following(TailOptions options, AofReader reader) {
    return stream(
        new RecordSpliterator(
            reader,
            () -> !options.stopWhen().getAsBoolean() && !Thread.currentThread().isInterrupted(),
            r -> r.poll(options.checkEvery()),
            true));
  }

  private static Stream<AofRecord> stream(RecordSpliterator records) {
    return StreamSupport.stream(records, false).onClose(records::close);
  }

  /** Offsets may be left unused, so that the next record can lie behind the end. */
  private static @Nullable AofRecord nextBelow(long endOffset, AofReader reader) {
    AofRecord record = reader.next();
    return record != null && record.offset() < endOffset ? record : null;
  }

  @Override
  public boolean tryAdvance(Consumer<? super AofRecord> action) {
    AofRecord record = nextCopy();
    if (record == null) {
      close();
      return false;
    }
    action.accept(record);
    return true;
  }

  private @Nullable AofRecord nextCopy() {
    lock.lock();
    try {
      while (!closed && goOn.getAsBoolean()) {
        AofRecord record = step.apply(reader);
        if (record != null) {
          return record.copy();
        }
        if (!waits) {
          return null;
        }
      }
      return null;
    } finally {
      lock.unlock();
    }
  }

  private void close() {
    closed = true;
    lock.lock();
    try {
      if (!readerClosed) {
        readerClosed = true;
        reader.close();
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public @Nullable Spliterator<AofRecord> trySplit() {
    return null;
  }

  @Override
  public long estimateSize() {
    return Long.MAX_VALUE;
  }

  @Override
  public int characteristics() {
    return ORDERED | NONNULL | DISTINCT;
  }
}
