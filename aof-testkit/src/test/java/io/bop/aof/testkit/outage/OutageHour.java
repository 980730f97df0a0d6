package io.bop.aof.testkit.outage;

import io.bop.aof.AofConfig;
import io.bop.aof.AofReader;
import io.bop.aof.AofRecord;
import io.bop.aof.AofSnapshot;
import io.bop.aof.AofStore;
import io.bop.aof.AofStream;
import io.bop.aof.BackpressureException;
import io.bop.aof.BackpressureKind;
import io.bop.aof.BreakerState;
import io.bop.aof.ReadFrom;
import io.bop.aof.Tier;
import io.bop.aof.Tier2UnavailableException;
import io.bop.aof.store.Engine;
import io.bop.aof.testkit.SeededRandom;
import io.bop.aof.testkit.objectstore.Fault;
import io.bop.aof.testkit.objectstore.FaultyObjectStore;
import io.bop.aof.testkit.objectstore.FaultyObjectStore.ObjectCall;
import io.bop.aof.testkit.objectstore.MemoryBucket;
import io.bop.aof.testkit.simulation.SimulatedHost;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * A store on a simulated machine whose writers never rest, and a bucket that is away for a long
 * time. Collects numbers and judges nothing. Everything here runs on threads of the simulation, one
 * at a time.
 */
final class OutageHour {

  static final long MIB = 1024 * 1024;
  static final long TIER0 = 4 * MIB;
  static final long TIER1 = 8 * MIB;
  static final Duration APPEND_TIMEOUT = Duration.ofSeconds(10);

  private static final int WRITERS = 3;
  private static final int SIZE = 16 * 1024;
  private static final Duration LATENCY = Duration.ofMillis(20);
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  final SimulatedHost host;
  final MemoryBucket bucket = new MemoryBucket();
  final FaultyObjectStore objects;
  final AofStore store;
  final AofStream stream;

  final Set<BackpressureKind> kinds = EnumSet.noneOf(BackpressureKind.class);
  final Set<BreakerState> writeStates = EnumSet.noneOf(BreakerState.class);
  long acknowledged;
  long refused;
  long longestRefusalNanos;
  long localReads;
  long longestLocalReadNanos;
  long coldReads;
  long coldReadsFailedFast;
  long mostRequestsInASecond;
  long mostTier0;
  long mostTier1;
  private final Map<Long, Long> told = new HashMap<>();
  private boolean writing;
  private boolean watching;

  OutageHour(long seed) {
    this.host = new SimulatedHost(seed);
    this.objects = new FaultyObjectStore(host, bucket.on(host, LATENCY), seed);
    this.store = host.call(() -> Engine.open(config(), host, objects));
    this.stream = host.call(() -> store.stream("s"));
  }

  private static AofConfig config() {
    return AofConfig.builder(Path.of("/data/store"))
        .maxRecordSize(64 * 1024)
        .appendTimeout(APPEND_TIMEOUT)
        .segment(s -> s.withMinSize(MIB).withMaxSize(MIB))
        .tier0(t -> t.withMaxBytes(TIER0))
        .tier1(t -> t.withMaxBytes(TIER1))
        .build();
  }

  // ---- what happens

  /** Writers begin, and go on until {@link #stopWriters}. */
  void startWriters() {
    writing = true;
    for (int i = 0; i < WRITERS; i++) {
      long writer = i;
      host.start("writer", () -> write(writer));
    }
  }

  void stopWriters() {
    writing = false;
    host.runUntil(() -> false, APPEND_TIMEOUT.multipliedBy(2));
  }

  /** Runs until so many records more have been acknowledged; false: not within that time. */
  boolean awaitAcknowledged(long more, Duration atMost) {
    long target = acknowledged + more;
    return host.runUntil(() -> acknowledged >= target, atMost);
  }

  boolean awaitArchived() {
    host.call(
        () -> {
          stream.seal();
          return stream;
        });
    return host.runUntil(
        () -> stream.archivedOffset() == stream.nextOffset(), Duration.ofMinutes(10));
  }

  /** Lets that time pass, with readers and a watch beside the writers. */
  void pass(Duration time) {
    watching = true;
    host.start("watch", this::watch);
    host.start("local reader", this::readLocally);
    host.start("cold reader", this::readCold);
    host.runUntil(() -> false, time);
    watching = false;
  }

  void down(Fault fault) {
    objects.down(fault);
  }

  void heal() {
    objects.heal();
  }

  void close() {
    host.call(
        () -> {
          store.close();
          return store;
        });
  }

  // ---- the threads

  private void write(long writer) {
    long number = writer << Integer.SIZE;
    while (writing) {
      long began = host.nanos();
      try {
        told.put(stream.append(payload(number)), number);
        number++;
        acknowledged++;
      } catch (BackpressureException e) {
        kinds.add(e.kind());
        refused++;
        longestRefusalNanos = Math.max(longestRefusalNanos, host.nanos() - began);
      }
    }
  }

  private void watch() {
    long before = requests();
    while (watching) {
      sleep(SECOND);
      AofSnapshot seen = store.snapshot();
      long now = requests();
      mostRequestsInASecond = Math.max(mostRequestsInASecond, now - before);
      before = now;
      mostTier0 = Math.max(mostTier0, seen.tiers().get(Tier.TIER0).bytes());
      mostTier1 = Math.max(mostTier1, seen.tiers().get(Tier.TIER1).bytes());
      if (seen.tier2Writes() != null) {
        writeStates.add(seen.tier2Writes());
      }
    }
  }

  private void readLocally() {
    SplittableRandom random = new SplittableRandom(1);
    while (watching) {
      long began = host.nanos();
      // The newest are here: they are more than the bucket has seen.
      readOne(stream.durableOffset() - 1 - random.nextInt(100));
      localReads++;
      longestLocalReadNanos = Math.max(longestLocalReadNanos, host.nanos() - began);
      sleep(5 * SECOND);
    }
  }

  private void readCold() {
    while (watching) {
      long began = host.nanos();
      try {
        readOne(0);
        throw new AssertionError("the bucket is away, who served this?");
      } catch (Tier2UnavailableException e) {
        coldReadsFailedFast += host.nanos() - began < SECOND ? 1 : 0;
      } catch (RuntimeException e) {
        // Before the breaker opens each failure comes as it is.
      }
      coldReads++;
      sleep(5 * SECOND);
    }
  }

  private void sleep(long nanos) {
    try {
      host.threads().sleep(nanos);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  // ---- records

  private static byte[] payload(long number) {
    byte[] payload = new SeededRandom(number).bytes(SIZE);
    ByteBuffer.wrap(payload).putLong(number);
    return payload;
  }

  /* Whoever appended it, it must be what its number says, and what was told of its offset. */
  private void check(AofRecord record, long offset) {
    long number = record.payload().getLong();
    if (record.offset() != offset
        || !Arrays.equals(record.payloadBytes(), payload(number))
        || told.getOrDefault(offset, number) != number) {
      throw new AssertionError("wrong record: expected=" + offset + " record=" + record);
    }
  }

  private void readOne(long offset) {
    try (AofReader reader = stream.reader(ReadFrom.offset(offset))) {
      AofRecord record = reader.next();
      if (record == null) {
        throw new AssertionError("no record: offset=" + offset);
      }
      check(record, offset);
    }
  }

  /** Reads everything, and returns how many records there are. */
  long readAll() {
    return host.call(
        () -> {
          long next = 0;
          try (AofReader reader = stream.reader(ReadFrom.earliest())) {
            for (AofRecord record = reader.next(); record != null; record = reader.next()) {
              check(record, next++);
            }
          }
          return next;
        });
  }

  // ---- counters

  long requests() {
    long sum = 0;
    for (ObjectCall call : ObjectCall.values()) {
      sum += objects.calls(call);
    }
    return sum;
  }

  long manifestRecords() {
    return store.snapshot().manifest().records();
  }

  /** Threads of the process that are there while nobody does anything. */
  long threads() {
    host.runUntil(() -> false, Duration.ofMinutes(2));
    return host.describe().lines().filter(line -> !line.isBlank() && line.charAt(0) != ' ').count();
  }
}
