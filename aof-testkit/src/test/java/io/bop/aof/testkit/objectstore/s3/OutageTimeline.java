package io.bop.aof.testkit.objectstore.s3;

import io.bop.aof.AofConfig;
import io.bop.aof.AofReader;
import io.bop.aof.AofRecord;
import io.bop.aof.AofSnapshot;
import io.bop.aof.AofStore;
import io.bop.aof.AofStream;
import io.bop.aof.ReadFrom;
import io.bop.aof.S3Config;
import io.bop.aof.Tier;
import io.bop.aof.Tier2Type;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * A store that appends at a steady rate and reads cold records, over a wire that fails in all ways,
 * one after the other. Says every second how things are; judges nothing.
 */
final class OutageTimeline implements AutoCloseable {

  private static final long MIB = 1024 * 1024;
  private static final int SIZE = 12_000;
  private static final long APPEND_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  private final FaultyWire wire;
  private final Consumer<String> out;
  private final Duration phaseLength;
  private final AofStore store;
  private final AofStream stream;
  private final Map<Phase, Long> appended = new EnumMap<>(Phase.class);
  private final Map<String, Long> failedReads = new ConcurrentHashMap<>();
  private final AtomicLong appends = new AtomicLong();
  private final AtomicLong coldReads = new AtomicLong();
  private final AtomicLong coldFailures = new AtomicLong();
  private final Thread appender = new Thread(this::append, "outage-appender");
  private final Thread reader = new Thread(this::read, "outage-reader");
  private final long began = System.nanoTime();
  private volatile boolean ended;
  private volatile Throwable failure;

  /** What the server, or the way to it, does. */
  enum Phase {
    STOPPED,
    HUNG,
    SLOW,
    ANSWERS_503,
    CUTS_BODIES,
    CORRUPTS,
    LOSES_ANSWERS
  }

  OutageTimeline(
      FaultyWire wire, Path root, S3Config bucket, Duration phaseLength, Consumer<String> out) {
    this.wire = wire;
    this.out = out;
    this.phaseLength = phaseLength;
    this.store = AofStore.open(config(root, bucket, phaseLength));
    this.stream = store.stream("s");
  }

  /** In proportion to how long a phase lasts, so that each has time to show its effect. */
  static AofConfig config(Path root, S3Config bucket, Duration phaseLength) {
    // What is appended in a phase has room, and what was before it is in Tier 2 only.
    long warm = Math.max(4, phaseLength.toSeconds() * 3 / 2) * MIB;
    Duration fifth = phaseLength.dividedBy(5).plusMillis(200);
    return AofConfig.builder(root)
        .maxRecordSize(256 * 1024)
        .segment(s -> s.withMinSize(MIB).withMaxSize(MIB))
        .tier0(t -> t.withMaxBytes(8 * MIB))
        .tier1(t -> t.withMaxBytes(warm).withFrameCache(0))
        .manifest(m -> m.withRotateAfter(Duration.ofMillis(500)))
        .tier2(
            t ->
                t.withType(Tier2Type.S3)
                    .withS3(bucket.withStallTimeout(fifth))
                    .withDeadline(fifth.multipliedBy(2))
                    .withDeleteGrace(Duration.ZERO)
                    .withArchiveLagWarning(fifth)
                    .withCircuitBreaker(t.circuitBreaker().withWaitDurationInOpenState(fifth)))
        .build();
  }

  // ---- the run

  /** Plays all phases, each with a healthy one behind it. */
  void run() throws InterruptedException {
    out.accept(
        "second phase          appends/s writes    reads     queue oldest-s tier0-MB tier1-MB"
            + " cold-reads failed");
    appender.start();
    reader.start();
    play("healthy", null);
    for (Phase phase : Phase.values()) {
      plan(phase);
      play(phase.name().toLowerCase(Locale.ROOT).replace('_', '-'), phase);
      wire.heal();
      play("healthy", null);
    }
  }

  private void play(String name, Phase phase) throws InterruptedException {
    long first = appends.get();
    long until = System.nanoTime() + phaseLength.toNanos();
    do {
      long before = appends.get();
      long reads = coldReads.get();
      long failures = coldFailures.get();
      TimeUnit.SECONDS.sleep(1);
      say(name, appends.get() - before, coldReads.get() - reads, coldFailures.get() - failures);
    } while (System.nanoTime() < until);
    if (phase != null) {
      appended.put(phase, appends.get() - first);
    }
  }

  private void plan(Phase phase) {
    switch (phase) {
      case STOPPED -> wire.down();
      case HUNG -> always(WireFault.blackHole());
      case SLOW -> {
        plan(WireFixture.method("PUT"), WireFault.slowRequest(100));
        plan(WireFixture.method("GET"), WireFault.slowAnswer(100));
      }
      case ANSWERS_503 -> always(WireFault.status(503, "SlowDown"));
      case CUTS_BODIES -> {
        plan(WireFixture.method("PUT"), WireFault.body(WireFault.Kind.RESET_REQUEST, 700));
        plan(WireFixture.method("GET"), WireFault.body(WireFault.Kind.RESET_ANSWER, 700));
      }
      case CORRUPTS -> {
        plan(WireFixture.method("PUT"), WireFault.body(WireFault.Kind.CORRUPT_REQUEST, 90));
        plan(WireFixture.method("GET"), WireFault.body(WireFault.Kind.CORRUPT_ANSWER, 90));
      }
      case LOSES_ANSWERS -> always(WireFault.loseAnswer());
    }
  }

  private void always(WireFault fault) {
    plan(head -> true, fault);
  }

  private void plan(Predicate<HttpHead> when, WireFault fault) {
    wire.plan(when, Integer.MAX_VALUE, fault);
  }

  private void say(String phase, long appendsNow, long readsNow, long failuresNow) {
    AofSnapshot seen = store.snapshot();
    out.accept(
        String.format(
            Locale.ROOT,
            "%6d %-14s %9d %-9s %-9s %5d %8.1f %8.1f %8.1f %10d %6d",
            TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began),
            phase,
            appendsNow,
            seen.tier2Writes(),
            seen.tier2Reads(),
            seen.uploadQueue(),
            seen.oldestUnuploadedMillis() / 1e3,
            (double) seen.tiers().get(Tier.TIER0).bytes() / MIB,
            (double) seen.tiers().get(Tier.TIER1).bytes() / MIB,
            readsNow,
            failuresNow));
  }

  // ---- the threads

  private void append() {
    try {
      for (long n = 0; !ended; n++) {
        if (stream.append(payload(n)) != n) {
          throw new AssertionError("offsets have a gap before " + n);
        }
        appends.incrementAndGet();
        LockSupport.parkNanos(APPEND_PAUSE_NANOS);
      }
    } catch (RuntimeException | Error e) {
      failure = e;
    }
  }

  /* Old records are in Tier 2 only, and no frame is kept in memory. */
  private void read() {
    SplittableRandom random = new SplittableRandom(1);
    while (!ended) {
      long archived = stream.archivedOffset();
      if (archived > 0) {
        readOne(random.nextLong(archived));
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
    }
  }

  private void readOne(long offset) {
    try (AofReader records = stream.reader(ReadFrom.offset(offset))) {
      AofRecord record = records.next();
      check(record, offset);
      coldReads.incrementAndGet();
    } catch (RuntimeException e) {
      coldFailures.incrementAndGet();
      failedReads.merge(e.getClass().getSimpleName(), 1L, Long::sum);
    } catch (Error e) {
      failure = e;
    }
  }

  // ---- what came of it

  AofStore store() {
    return store;
  }

  AofStream stream() {
    return stream;
  }

  /** Records appended in each phase that was no healthy one. */
  Map<Phase, Long> appended() {
    return appended;
  }

  /** How often which exception ended a read. */
  Map<String, Long> failedReads() {
    return failedReads;
  }

  /** Ends the threads; returns how many records were acknowledged. */
  long stop() throws InterruptedException {
    ended = true;
    appender.join();
    reader.join();
    Throwable met = failure;
    if (met != null) {
      throw new AssertionError("appends or reads failed", met);
    }
    return appends.get();
  }

  static byte[] payload(long n) {
    byte[] payload = new byte[SIZE];
    new SplittableRandom(n).nextBytes(payload);
    ByteBuffer.wrap(payload).putLong(n);
    return payload;
  }

  static void check(AofRecord record, long offset) {
    if (record == null
        || record.offset() != offset
        || !record.payload().equals(ByteBuffer.wrap(payload(offset)))) {
      throw new AssertionError("wrong record: offset=" + offset + " record=" + record);
    }
  }

  @Override
  public void close() {
    ended = true;
    store.close();
  }
}
