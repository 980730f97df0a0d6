package io.bop.aof.spring.observation;

import io.bop.aof.AofReader;
import io.bop.aof.AofRecord;
import io.bop.aof.Cursor;
import io.bop.aof.Tier;
import io.micrometer.observation.Observation;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A reader whose life is an observation. Confined to one thread at a time, as readers are. */
final class ObservedReader implements AofReader {

  /*
   * The observation's scope is not opened: a stream of records is read lazily, and what its
   * consumer does between two records is not the replay's. What the engine tells on the reading
   * thread finds the replay here instead.
   */
  private static final ThreadLocal<@Nullable AofReplayContext> READING = new ThreadLocal<>();

  private final AofReader reader;
  private final Observation observation;
  private final AofReplayContext context;

  private ObservedReader(AofReader reader, Observation observation, AofReplayContext context) {
    this.reader = reader;
    this.observation = observation;
    this.context = context;
  }

  /** The replay that the current thread reads for; null: none that is observed. */
  static @Nullable AofReplayContext reading() {
    return READING.get();
  }

  /** Opens the reader, and ends the observation if that fails. */
  static AofReader open(
      Observation observation, AofReplayContext context, Supplier<AofReader> opening) {
    try {
      AofReader reader = within(context, opening);
      return new ObservedReader(reader, observation, context);
    } catch (RuntimeException | Error e) {
      observation.error(e);
      observation.stop();
      throw e;
    }
  }

  private static <T extends @Nullable Object> T within(
      AofReplayContext context, Supplier<T> reading) {
    READING.set(context);
    try {
      return reading.get();
    } finally {
      READING.remove();
    }
  }

  @Override
  public @Nullable AofRecord next() {
    return read(reader::next);
  }

  @Override
  public @Nullable AofRecord poll(Duration timeout) {
    return read(() -> reader.poll(timeout));
  }

  private @Nullable AofRecord read(Supplier<@Nullable AofRecord> step) {
    try {
      AofRecord record = within(context, step);
      if (record != null) {
        context.read(record, reader.tier());
      }
      return record;
    } catch (RuntimeException | Error e) {
      observation.error(e);
      throw e;
    }
  }

  @Override
  public @Nullable Tier tier() {
    return reader.tier();
  }

  @Override
  public long nextOffset() {
    return reader.nextOffset();
  }

  @Override
  public Cursor cursor() {
    return reader.cursor();
  }

  @Override
  public void close() {
    try {
      reader.close();
    } finally {
      observation.stop();
    }
  }
}
