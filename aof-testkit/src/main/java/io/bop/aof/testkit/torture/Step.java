package io.bop.aof.testkit.torture;

import io.bop.aof.Durability;
import io.bop.aof.testkit.SeededRandom;
import java.time.Duration;
import java.util.Optional;

/**
 * One step of a writer: what it appends, how, and where. A pure function of seed, writer and
 * number, so that the process that checks needs to be told no more than the number.
 *
 * @param id which step
 * @param stream where it appends
 * @param kind how it appends
 * @param durability how safe the records must be before they are acknowledged
 * @param count records in the step; more than 1 only in a batch
 * @param seed of the run
 */
record Step(
    StepId id, TortureStream stream, Kind kind, Durability durability, int count, long seed) {

  private static final int MOST_IN_BATCH = 60;
  private static final int FEW_IN_BATCH = 6;
  private static final int LONGEST_TIMEOUT_MICROS = 20_000;

  /** The ways to append. */
  enum Kind {
    BYTES,
    BUFFER,
    REQUEST,
    EXPECTED,
    BATCH,
    RESERVED,
    ASYNC,
    TRY;

    /** Whether the record can have more than a payload. */
    boolean takesRequests() {
      return this == REQUEST || this == EXPECTED || this == BATCH || this == ASYNC;
    }
  }

  static Step of(long seed, StepId id) {
    SeededRandom random = new SeededRandom(mix(mix(seed, id.writer()), id.step()));
    TortureStream stream = stream(random);
    Kind kind = Kind.values()[random.nextInt(Kind.values().length)];
    Durability durability = durability(random, stream, kind);
    int count = kind == Kind.BATCH ? batchSize(random) : 1;
    return new Step(id, stream, kind, durability, count, seed);
  }

  private static int batchSize(SeededRandom random) {
    return random.between(2, random.oneIn(3) ? MOST_IN_BATCH : FEW_IN_BATCH);
  }

  private static TortureStream stream(SeededRandom random) {
    int draw = random.nextInt(16);
    return draw == 0 ? TortureStream.QUIET : TortureStream.at(draw % 3);
  }

  private static Durability durability(SeededRandom random, TortureStream stream, Kind kind) {
    if (kind == Kind.TRY) {
      return Durability.MEMORY;
    }
    if (!kind.takesRequests()) {
      return stream.durability();
    }
    // Few of them: each has a segment sealed and sent.
    if (random.oneIn(kind == Kind.ASYNC ? 12 : 60)) {
      return Durability.ARCHIVED;
    }
    return random.oneIn(2) ? Durability.MEMORY : Durability.FLUSHED;
  }

  RecordId recordId(int index) {
    return new RecordId(id.writer(), id.step(), index);
  }

  /** What record {@code index} of the step holds. */
  RecordContent record(int index) {
    return RecordContent.of(seed, recordId(index), kind.takesRequests());
  }

  /** How long it waits at most; empty: as long as the store says. */
  Optional<Duration> timeout() {
    SeededRandom random = new SeededRandom(mix(mix(seed, id.writer()), ~id.step()));
    return random.oneIn(20)
        ? Optional.of(Duration.ofNanos(1_000L * random.between(1, LONGEST_TIMEOUT_MICROS)))
        : Optional.empty();
  }

  static long mix(long seed, long value) {
    return new SeededRandom(seed ^ value * 0x9E3779B97F4A7C15L).nextLong();
  }
}
