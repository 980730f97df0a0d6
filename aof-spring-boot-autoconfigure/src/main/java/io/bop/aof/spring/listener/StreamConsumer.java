package io.bop.aof.spring.listener;

import io.bop.aof.AofReader;
import io.bop.aof.AofRecord;
import io.bop.aof.AofStream;
import io.bop.aof.Cursor;
import io.bop.aof.NamedCursor;
import io.bop.aof.OffsetDivergedException;
import io.bop.aof.OffsetOutOfRangeException;
import io.bop.aof.ReadFrom;
import io.bop.aof.ReadOptions;
import io.bop.aof.StoreClosedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One stream of a run: its reader and its place. Reading and saving are confined to the thread of
 * one worker; what is handled may be told by any thread.
 */
final class StreamConsumer {

  private static final Logger log = LoggerFactory.getLogger(StreamConsumer.class);
  private static final long SHORTEST_RETRY_MILLIS = 100;
  private static final long LONGEST_RETRY_MILLIS = 30_000;

  private final ListenerRun run;
  private final ListenerSetup setup;
  private final AofStream stream;
  private final ReadFrom first;
  private final StreamCounters counters;
  private final Progress progress = new Progress();
  private final SavedPlace place;

  private @Nullable AofReader reader;
  private @Nullable ReadFrom next;
  private long retryMillis;
  private long retryAt;
  private volatile boolean givenUp;
  private volatile boolean closed;

  /**
   * A consumer that has not begun.
   *
   * @param first where to begin if no place is saved
   */
  StreamConsumer(ListenerRun run, AofStream stream, ReadFrom first) {
    this.run = run;
    this.setup = run.setup();
    this.stream = stream;
    this.first = first;
    this.counters = run.counters(stream.name());
    this.place = new SavedPlace(run, this::isDeleted, stream.name(), counters);
  }

  String name() {
    return stream.name();
  }

  StreamCounters counters() {
    return counters;
  }

  // ---- by the worker

  /**
   * Reads what is there, up to the bounds of one batch.
   *
   * @param wait how long to wait for the first record
   */
  List<Tracked> poll(Duration wait) {
    int room = setup.options().maxUnacknowledged() - progress.count();
    if (room <= 0 || !mayRead()) {
      return List.of();
    }
    List<Tracked> batch = new ArrayList<>();
    try {
      AofReader from = reader == null ? open() : reader;
      AofRecord record = wait.isZero() ? from.next() : from.poll(wait);
      long bytes = 0;
      while (record != null) {
        AofDelivery delivery = new AofDelivery(name(), record.copy());
        batch.add(new Tracked(delivery, progress.add(record.offset(), from.nextOffset())));
        bytes += record.payloadSize();
        boolean full = batch.size() >= Math.min(room, setup.options().maxPollRecords());
        record = full || bytes >= setup.options().maxPollBytes() ? null : from.next();
      }
      retryMillis = 0;
    } catch (StoreClosedException e) {
      throw e;
    } catch (OffsetDivergedException e) {
      lost(setup.options().onDiverged(), e, e.from());
    } catch (OffsetOutOfRangeException e) {
      boolean beyond = e.offset() > e.next();
      lost(
          beyond ? setup.options().onDiverged() : setup.options().onRetired(),
          e,
          beyond ? e.next() : e.start());
    } catch (RuntimeException e) {
      readFailed(e);
    }
    return batch;
  }

  private AofReader open() {
    ReadFrom from = next;
    boolean begins = from == null;
    if (from == null) {
      Optional<NamedCursor> saved = place.find();
      from = saved.map(s -> ReadFrom.cursor(s.cursor())).orElse(first);
    }
    AofReader opened = stream.reader(from, ReadOptions.defaults());
    reader = opened;
    Cursor cursor = opened.cursor();
    next = ReadFrom.cursor(cursor);
    progress.readOnAt(cursor.offset());
    place.epoch(cursor.epoch());
    counters.position(progress.position());
    if (begins) {
      // From now on there is a place, so that a crash does not make it begin anew.
      place.begin(progress.position());
    }
    return opened;
  }

  /** Records are gone that lie in front of where it has to go on. */
  private void lost(OffsetLossPolicy policy, RuntimeException failure, long goOnAt) {
    if (givenUp || isDeleted()) {
      readLater();
      return;
    }
    counters.failed();
    switch (policy) {
      case STOP ->
          run.fail(
              failure.getMessage()
                  + " decide=delete the saved place to begin anew, or set the policy to resume",
              failure);
      case RESUME -> {
        log.warn(
            "records are gone, listener goes on at the nearest: listener={} stream={} offset={}"
                + " reason={}",
            setup.id(),
            name(),
            goOnAt,
            failure.getMessage());
        closeReader();
        next = ReadFrom.offset(goOnAt);
      }
    }
  }

  /** The reader is opened again later, at the first record that it did not deliver. */
  private void readFailed(RuntimeException failure) {
    closeReader();
    if (next != null) {
      next = place.at(progress.readUpTo());
    }
    readLater();
    if (isDeleted()) {
      return;
    }
    counters.failed();
    log.warn(
        "stream cannot be read, trying again: listener={} stream={} offset={} after={}ms",
        setup.id(),
        name(),
        progress.readUpTo(),
        retryMillis,
        failure);
  }

  /** Until then the worker looks after its other streams, or waits. */
  private void readLater() {
    retryMillis =
        retryMillis == 0 ? SHORTEST_RETRY_MILLIS : Math.min(LONGEST_RETRY_MILLIS, 2 * retryMillis);
    retryAt = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(retryMillis);
  }

  private boolean mayRead() {
    return retryMillis == 0 || System.nanoTime() - retryAt >= 0;
  }

  /** Whether the worker has nothing better to do than to wait for this stream's next record. */
  boolean mayWait() {
    return !givenUp && retryMillis == 0 && progress.count() == 0;
  }

  /**
   * Saves the place if it has moved.
   *
   * @param now false: only if the last save is longer ago than the commit interval
   */
  void save(boolean now) {
    if (reader != null || next != null) {
      place.save(progress.position(), now);
    }
  }

  /** Saves the place and lets go of the stream. */
  void close() {
    try {
      if (!givenUp) {
        save(true);
      }
    } finally {
      closeReader();
      synchronized (progress) {
        closed = true;
      }
    }
  }

  private void closeReader() {
    AofReader open = reader;
    if (open != null) {
      reader = null;
      open.close();
    }
  }

  /** Whether a stream that was given up may be closed. */
  boolean mayClose() {
    return progress.count() == 0 || setup.options().ackMode() == AckMode.MANUAL;
  }

  // ---- by any thread

  /**
   * A record was handled, or given up. The counters belong to the next run once this is closed, and
   * must not go back to what a late acknowledgement says of this one.
   */
  void handled(Tracked tracked) {
    synchronized (progress) {
      progress.handled(tracked.entry());
      if (!closed) {
        counters.position(progress.position());
      }
    }
  }

  /** Whether records are delivered and not handled. */
  boolean isBusy() {
    return progress.count() > 0;
  }

  /** Whether the store has this stream no more; one of the same name is another one. */
  boolean isDeleted() {
    return setup.store().findStream(name()).orElse(null) != stream;
  }

  /** Ends it, without saving, when the worker comes round. */
  void giveUp() {
    givenUp = true;
    run.signal().wake();
  }

  boolean isGivenUp() {
    return givenUp;
  }

  boolean isClosed() {
    return closed;
  }

  @Override
  public String toString() {
    return "listener=" + setup.id() + " stream=" + name() + " position=" + progress.position();
  }
}
