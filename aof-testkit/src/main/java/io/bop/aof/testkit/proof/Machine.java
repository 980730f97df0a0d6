package io.bop.aof.testkit.proof;

import io.bop.aof.AofConfig;
import io.bop.aof.AofException;
import io.bop.aof.AofStore;
import io.bop.aof.SegmentState;
import io.bop.aof.StreamSnapshot.Segment;
import io.bop.aof.store.Engine;
import io.bop.aof.testkit.objectstore.FaultyObjectStore;
import io.bop.aof.testkit.objectstore.MemoryBucket;
import io.bop.aof.testkit.simulation.SimulatedHost;
import java.time.Duration;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** The machine with its disk and bucket, and the process that runs the store on it, if one does. */
final class Machine {

  private static final Duration CALL_TAKES = Duration.ofMillis(3);
  private static final Duration LONGEST_OPEN = Duration.ofMinutes(5);
  private static final Duration LONGEST_CLOSE = Duration.ofMinutes(10);

  private final AofConfig config;
  private final SplittableRandom random;
  private final Tally tally;
  private final MemoryBucket bucket;
  private SimulatedHost host;
  private FaultyObjectStore objects;
  private @Nullable AofStore store;
  private @Nullable AofException refusal;

  Machine(long seed, AofConfig config, MemoryBucket bucket, SplittableRandom random, Tally tally) {
    this.bucket = bucket;
    this.config = config;
    this.random = random;
    this.tally = tally;
    this.host = new SimulatedHost(seed);
    this.objects = newObjects();
  }

  private FaultyObjectStore newObjects() {
    return new FaultyObjectStore(host, bucket.on(host, CALL_TAKES), random.nextLong());
  }

  SimulatedHost host() {
    return host;
  }

  MemoryBucket bucket() {
    return bucket;
  }

  FaultyObjectStore objects() {
    return objects;
  }

  /** The open store; null: none is open. */
  @Nullable AofStore store() {
    return store;
  }

  AofStore openStore() {
    AofStore open = store;
    if (open == null) {
      throw new IllegalStateException("no store is open");
    }
    return open;
  }

  /** Whether all that is sealed is in Tier 2, as the store shows it, and no copy is missing. */
  boolean isSettled() {
    return openStore().streamNames().stream()
        .map(name -> openStore().findStream(name).orElseThrow())
        .allMatch(
            stream ->
                stream.archivedOffset() == stream.nextOffset()
                    && stream.snapshot().segments().stream().allMatch(Machine::isSafe));
  }

  private static boolean isSafe(Segment segment) {
    return !segment.needsRecovery()
        && (segment.state() == SegmentState.UPLOADED || segment.state() == SegmentState.ACTIVE);
  }

  /** Why the last open failed; null: it did not. */
  @Nullable AofException refusal() {
    return refusal;
  }

  // ---- life of a process

  /**
   * Opens the store.
   *
   * @return false when it refused, see {@link #refusal}, or its process ended meanwhile
   */
  boolean open() {
    refusal = null;
    AofStore[] opened = new AofStore[1];
    host.start(
        "main",
        () -> {
          try {
            opened[0] = Engine.open(config, host, objects);
          } catch (AofException e) {
            refusal = e;
          }
        });
    host.runUntil(() -> opened[0] != null || refusal != null || host.ended(), LONGEST_OPEN);
    store = opened[0];
    if (store == null && refusal == null && !host.ended()) {
      throw new AssertionError("open does not return; threads:" + host.describe());
    }
    return store != null;
  }

  /**
   * Closes the store.
   *
   * @return false when the process ended meanwhile, or the close failed
   */
  boolean close() {
    AofStore closing = openStore();
    boolean[] ended = new boolean[2];
    host.start(
        "main",
        () -> {
          try {
            closing.close();
            ended[1] = true;
          } catch (AofException e) {
            host.note(e.getClass().getName().hashCode());
          }
          ended[0] = true;
        });
    host.runUntil(() -> ended[0] || host.ended(), LONGEST_CLOSE);
    if (!ended[0] && !host.ended()) {
      throw new AssertionError("close does not return; threads:" + host.describe());
    }
    store = null;
    return ended[1];
  }

  /** The power fails, and comes back. */
  void crash() {
    account();
    host = host.crash(random.nextLong());
    next();
  }

  /** The process ends, by a kill or because nothing is left of it, and the machine goes on. */
  void kill() {
    account();
    host = host.kill(random.nextLong());
    next();
  }

  private void next() {
    store = null;
    objects = newObjects();
  }

  /** Takes the process that ran until now into the tally. */
  void account() {
    tally.turns += host.turns();
    tally.trace = tally.trace * 31 + host.trace();
  }
}
