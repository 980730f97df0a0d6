package io.bop.aof.spring.listener;

import io.bop.aof.AofException;
import io.bop.aof.Cursor;
import io.bop.aof.NamedCursor;
import io.bop.aof.ReadFrom;
import io.bop.aof.ReadOnlyStoreException;
import io.bop.aof.StaleWriterException;
import io.bop.aof.StoreClosedException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The durable place of a container in one stream. Confined to the worker of the stream. */
final class SavedPlace {

  private static final Logger log = LoggerFactory.getLogger(SavedPlace.class);
  private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long NOWHERE = -1;

  private final ListenerRun run;
  private final ListenerSetup setup;
  private final BooleanSupplier deleted;
  private final String stream;
  private final StreamCounters counters;
  private final long interval;

  private long epoch;
  private long saved = NOWHERE;
  private long savedAt = System.nanoTime();
  private boolean failing;

  /**
   * Reads and writes nothing yet.
   *
   * @param deleted whether the stream is gone, or another one has its name
   */
  SavedPlace(ListenerRun run, BooleanSupplier deleted, String stream, StreamCounters counters) {
    this.run = run;
    this.setup = run.setup();
    this.deleted = deleted;
    this.stream = stream;
    this.counters = counters;
    this.interval = setup.options().commitInterval().toNanos();
  }

  /** The place that was saved last. */
  Optional<NamedCursor> find() {
    Optional<NamedCursor> found = setup.cursors().find(setup.id(), stream);
    found.ifPresent(cursor -> remember(cursor.cursor().offset()));
    return found;
  }

  /** Of the reader, for places below it. */
  void epoch(long value) {
    epoch = value;
  }

  /** A place below the reader. */
  ReadFrom at(long offset) {
    return ReadFrom.cursor(new Cursor(epoch, offset));
  }

  /** There is a place from now on, if there was none. */
  void begin(long position) {
    if (saved == NOWHERE) {
      save(position, true);
    }
  }

  /** See {@link StreamConsumer#save}. */
  void save(long position, boolean now) {
    boolean last = now && run.isStopping();
    long pause = last ? 0 : failing ? RETRY_NANOS : now ? 0 : interval;
    boolean due = position != saved && System.nanoTime() - savedAt >= pause;
    if (!due || run.isAbandoned() || deleted.getAsBoolean()) {
      return;
    }
    savedAt = System.nanoTime();
    try {
      setup.cursors().save(setup.id(), stream, new Cursor(epoch, position));
      remember(position);
      failing = false;
      forgetIfDeleted();
    } catch (StoreClosedException e) {
      throw e;
    } catch (ReadOnlyStoreException | StaleWriterException e) {
      run.fail("this store is only read, places cannot be kept in it: " + e.getMessage(), e);
    } catch (AofException e) {
      failed(position, e);
    } catch (IllegalArgumentException e) {
      // Deleted between the look and the save.
      log.debug("place of a deleted stream: listener={} stream={}", setup.id(), stream, e);
    }
  }

  private void remember(long position) {
    saved = position;
    counters.saved(position);
  }

  /**
   * A stream that was deleted and created again between the look and the save has got a place of
   * the old one, which would hide its first records.
   */
  private void forgetIfDeleted() {
    if (deleted.getAsBoolean()) {
      setup.cursors().delete(setup.id(), stream);
    }
  }

  private void failed(long position, AofException failure) {
    counters.failed();
    if (!failing) {
      log.warn(
          "place cannot be saved, records from the old one would come again after a crash,"
              + " trying again: listener={} stream={} position={} saved={}",
          setup.id(),
          stream,
          position,
          saved,
          failure);
    }
    failing = true;
  }
}
