package io.bop.aof.testkit.proof;

import io.bop.aof.AofConfig;
import io.bop.aof.AofException;
import io.bop.aof.AofStore;
import io.bop.aof.AofStream;
import io.bop.aof.CorruptionException;
import io.bop.aof.ReadFrom;
import io.bop.aof.ReadOptions;
import io.bop.aof.Tier2UnavailableException;
import io.bop.aof.testkit.objectstore.MemoryBucket;
import io.bop.aof.testkit.proof.Damage.Flip;
import io.bop.aof.testkit.proof.StreamModel.End;
import io.bop.aof.testkit.proof.Workload.Operation;
import io.bop.aof.testkit.proof.Workload.Target;
import io.bop.aof.testkit.simulation.SimulatedHost;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * One random history of a whole store on a simulated machine, from a seed, checked against a model
 * of what was acknowledged. Several clients append at all levels, flush, seal, truncate, read and
 * wait at the tail, while segments move through the tiers; disk and bucket fail; the process is
 * killed, loses power or is closed at any moment, and opens again. At the end all faults stop, and
 * the store must become healthy by itself, with every sealed segment in Tier 2.
 *
 * <p>The same seed and code give the same history, to the last turn of each thread.
 */
public final class StoreSimulation {

  private static final int MOST_AT_ONCE = 6;
  private static final int STREAMS = 3;
  private static final Duration SETTLES_WITHIN = Duration.ofHours(2);
  private static final int MOST_TURNS_ALONE = 2_000;
  private static final Duration ALONE = Duration.ofSeconds(4);
  private static final Duration ONE_ROUND = Duration.ofMinutes(1);
  private static final int MOST_ROUNDS = 60;
  private static final long CHECK_ALL_EVERY = 16;

  private final long seed;
  private final SimulationOptions options;
  private final SplittableRandom random;
  private final Tally tally = new Tally();
  private final AofConfig config;
  private final Machine machine;
  private final FaultPlan faults;
  private final Workload workload;
  private final PassingStreams passing;
  private final BucketAudit audit;
  private final Damage damage;
  private final ScrubAudit scrubs;
  private final WarmAudit warmAudit;
  private final Ends ends;
  private final List<StreamModel> models = new ArrayList<>();
  private boolean[] busy = new boolean[MOST_AT_ONCE];

  /** A history to be. */
  public StoreSimulation(long seed, SimulationOptions options) {
    this.seed = seed;
    this.options = options;
    this.random = new SplittableRandom(seed);
    MemoryBucket bucket = new MemoryBucket();
    Path root = Path.of("/store");
    this.audit = new BucketAudit(bucket);
    this.damage = new Damage(root, audit, random.split());
    this.warmAudit = new WarmAudit(root, damage);
    this.scrubs = new ScrubAudit(tally, damage::isStruck);
    this.config = SimulatedConfig.draw(root, random).toBuilder().listener(scrubs).build();
    this.machine = new Machine(seed, config, bucket, random.split(), tally);
    this.faults = new FaultPlan(machine, random.split(), options, tally);
    this.ends = new Ends(random.split(), options.ends());
    Sizes sizes = Sizes.draw(random);
    this.passing = new PassingStreams(random.split(), sizes);
    this.workload =
        new Workload(
            random.split(),
            sizes,
            tally,
            passing,
            faults::diskFailed,
            () -> machine.host().nanos());
    for (int i = 0; i < STREAMS; i++) {
      models.add(new StreamModel("s" + i));
    }
  }

  /** Says every turn, disk operation and step, to see what a failing seed did. */
  public void traceTo(Consumer<String> lines) {
    machine.host().traceTo(lines);
  }

  /**
   * Runs it.
   *
   * @throws AssertionError naming the seed and step, when the store broke a promise
   */
  public SimulationResult run() {
    try {
      open(End.CLOSED);
      while (tally.steps < options.steps()) {
        step();
      }
      settle();
      reopenAndVerify();
      tally.check();
      machine.account();
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError(
          "simulation failed: seed=" + seed + " step=" + tally.steps + ": " + e.getMessage(), e);
    } finally {
      machine.kill();
      warmAudit.close();
    }
    return tally.result(seed);
  }

  // ---- steps

  private void step() {
    tally.steps++;
    faults.step();
    if (options.ends() && random.nextInt(90) == 0) {
      end();
      return;
    }
    boolean burst = random.nextInt(4) == 0;
    if (random.nextInt(40) == 0) {
      roll();
    } else if (burst) {
      StreamModel one = random.nextBoolean() ? model() : null;
      for (int i = 2 + random.nextInt(MOST_AT_ONCE); i > 0; i--) {
        begin(one == null ? model() : one);
      }
    } else {
      begin(model());
    }
    ends.running(machine.host());
    if (burst && random.nextInt(4) == 0) {
      // Left alone: who is waiting now must be woken by those who are there.
      machine.host().run(MOST_TURNS_ALONE, ALONE);
    } else {
      machine.host().run(random.nextInt(60), pause());
    }
    if (machine.host().ended()) {
      afterEnd(random.nextBoolean());
      return;
    }
    check();
  }

  /* Segments of one stream follow each other faster than they are sealed. */
  private void roll() {
    StreamModel one = model();
    ends.rolling(machine.host());
    for (int round = random.nextInt(4); round >= 0 && !machine.host().ended(); round--) {
      for (int i = 1 + random.nextInt(MOST_AT_ONCE); i > 0; i--) {
        begin(one, workload::nextRolling);
      }
      machine.host().run(random.nextInt(60), Duration.ofNanos(random.nextInt(1, 2_000_000)));
    }
  }

  private Duration pause() {
    return switch (random.nextInt(12)) {
      case 0 -> Duration.ofSeconds(random.nextInt(1, 30));
      case 1, 2 -> Duration.ofMillis(random.nextInt(1, 1_000));
      default -> Duration.ofNanos(random.nextInt(1, 2_000_000));
    };
  }

  private StreamModel model() {
    return models.get(random.nextInt(1 + random.nextInt(STREAMS)));
  }

  private void begin(StreamModel model) {
    begin(model, workload::next);
  }

  private void begin(StreamModel model, Function<Target, Operation> choice) {
    int client = random.nextInt(MOST_AT_ONCE);
    if (busy[client]) {
      return;
    }
    Target target = new Target(machine.openStore(), model, client);
    Operation operation = choice.apply(target);
    boolean[] mine = busy;
    mine[client] = true;
    SimulatedHost host = machine.host();
    host.start(
        "client-" + client,
        () -> {
          try {
            operation.run();
          } catch (AofException e) {
            host.note(e.getClass().getName().hashCode());
            if (e instanceof CorruptionException c
                && !damage.explains(c, target.stream(), faults.bodiesBroken())) {
              throw model.violation("undamaged bytes are called damaged: " + e.getMessage());
            }
          }
          mine[client] = false;
        });
  }

  // ---- the end of a process

  private void end() {
    if (random.nextInt(3) == 0) {
      close();
    } else {
      afterEnd(random.nextBoolean());
    }
  }

  private void close() {
    long[] acknowledged = models.stream().mapToLong(StreamModel::written).toArray();
    if (!machine.close()) {
      if (!machine.host().ended() && !faults.diskFailed()) {
        throw new AssertionError("a store on a healthy disk does not close");
      }
      afterEnd(random.nextBoolean());
      return;
    }
    tally.closes++;
    // What was acknowledged when the close began is durable, whatever the power does then.
    for (int i = 0; i < acknowledged.length; i++) {
      models.get(i).flushed(acknowledged[i]);
    }
    boolean power = random.nextBoolean();
    if (power) {
      machine.crash();
    } else {
      machine.kill();
    }
    faults.processEnded();
    reopen(power ? End.CRASHED : End.CLOSED);
  }

  /* The process is dead, or is to die now. */
  private void afterEnd(boolean power) {
    if (power) {
      tally.crashes++;
      machine.crash();
    } else {
      tally.kills++;
      machine.kill();
    }
    faults.processEnded();
    reopen(power ? End.CRASHED : End.KILLED);
  }

  /* Opens until an open succeeds; some die on the way. */
  private void reopen(End how) {
    End worst = how;
    busy = new boolean[MOST_AT_ONCE];
    warmAudit.check(machine.host().simulatedDisk());
    scrubs.processEnded();
    damage();
    while (true) {
      scrubs.processEnded();
      ends.opening(machine.host());
      if (machine.open()) {
        ends.opened(machine.host());
        opened(worst);
        return;
      }
      if (!machine.host().ended()) {
        throw new AssertionError("open is refused: " + machine.refusal(), machine.refusal());
      }
      if (random.nextBoolean()) {
        tally.crashes++;
        machine.crash();
        worst = End.CRASHED;
      } else {
        tally.kills++;
        machine.kill();
        worst = worst == End.CLOSED ? End.KILLED : worst;
      }
    }
  }

  private void damage() {
    if (!options.damage()) {
      return;
    }
    if (random.nextInt(4) == 0 && damage.strikeArchived(machine.host().simulatedDisk())) {
      tally.faults++;
    }
    Flip flip =
        random.nextInt(4) == 0 ? damage.strikeDurable(machine.host().simulatedDisk()) : null;
    if (flip != null) {
      tally.faults++;
      openDamaged(flip);
    }
  }

  /* What was promised and is damaged in its only copy must still be there when that is mended. */
  private void openDamaged(Flip flip) {
    if (!machine.open()) {
      throw new AssertionError("open is refused: " + machine.refusal(), machine.refusal());
    }
    machine.kill();
    Damage.mend(machine.host().simulatedDisk(), flip);
  }

  private void open(End how) {
    if (!machine.open()) {
      throw new AssertionError("open is refused: " + machine.refusal(), machine.refusal());
    }
    opened(how);
  }

  private void opened(End how) {
    AofStore store = machine.openStore();
    for (StreamModel model : models) {
      AofStream stream = store.findStream(model.name()).orElse(null);
      if (stream == null) {
        model.reopened(how, 0, 0);
      } else {
        model.reopened(how, stream.startOffset(), stream.nextOffset());
      }
    }
    passing.check(store);
  }

  // ---- checks

  private void check() {
    tally.check();
    AofStore store = machine.openStore();
    for (StreamModel model : models) {
      store
          .findStream(model.name())
          .ifPresent(
              stream ->
                  model.checkOffsets(
                      stream.startOffset(),
                      stream.archivedOffset(),
                      stream.durableOffset(),
                      stream.nextOffset(),
                      machine.host().nanos()));
    }
    if (tally.steps % CHECK_ALL_EVERY == 0) {
      checkBucket(store);
      LocalBytes.check(
          machine.host().simulatedDisk(),
          config,
          faults.diskFailed() ? STREAMS : 0,
          faults.diskEverFailed() ? 1 : 0);
    }
  }

  private void checkBucket(AofStore store) {
    for (StreamModel model : models) {
      store
          .findStream(model.name())
          .ifPresent(stream -> audit.checkShown(model.name(), stream.archivedOffset()));
    }
    audit.checkObjects();
  }

  /* Faults end, clients come back, everything sealed reaches Tier 2. */
  private void settle() {
    SimulatedHost host = machine.host();
    host.endAfterOperations(Long.MAX_VALUE);
    faults.heal();
    boolean[] mine = busy;
    if (!host.runUntil(() -> noneOf(mine), SETTLES_WITHIN)) {
      throw new AssertionError("operations never end; threads:" + host.describe());
    }
    if (faults.severe()) {
      afterEnd(false);
      host = machine.host();
      host.endAfterOperations(Long.MAX_VALUE);
    }
    settleAll(host);
    scrub(host);
    verify();
  }

  /* Damage that was done at rest is found and mended, and nothing is made of what is intact. */
  private void scrub(SimulatedHost host) {
    scrubs.begin();
    if (config.scrub().enabled() && !host.runUntil(scrubs::isClean, SETTLES_WITHIN)) {
      throw new AssertionError(
          "the background verification does not come to a clean end: "
              + machine.openStore().snapshot()
              + " threads:"
              + host.describe());
    }
  }

  private void settleAll(SimulatedHost host) {
    for (StreamModel model : models) {
      machine
          .openStore()
          .findStream(model.name())
          .ifPresent(stream -> host.call(() -> settle(model, stream)));
    }
    for (String name : machine.openStore().streamNames()) {
      AofStream stream = machine.openStore().findStream(name).orElseThrow();
      host.call(
          () -> {
            stream.seal();
            return true;
          });
    }
    if (!host.runUntil(machine::isSettled, SETTLES_WITHIN)) {
      throw new AssertionError(
          "does not become healthy: "
              + machine.openStore().snapshot()
              + " threads:"
              + host.describe());
    }
    for (int i = 0; i < MOST_ROUNDS && !audit.isSettled(); i++) {
      host.run(Long.MAX_VALUE, ONE_ROUND);
    }
    checkBucket(machine.openStore());
    audit.checkSettled();
  }

  private static boolean noneOf(boolean[] flags) {
    for (boolean flag : flags) {
      if (flag) {
        return false;
      }
    }
    return true;
  }

  private static boolean settle(StreamModel model, AofStream stream) {
    try {
      stream.seal();
      model.flushed(stream.nextOffset());
      return true;
    } catch (AofException e) {
      throw model.violation("healthy disk, and yet the seal fails: " + e);
    }
  }

  private void verify() {
    ReadOptions all = ReadOptions.defaults().withDeadline(Duration.ofHours(1));
    for (StreamModel model : models) {
      machine
          .openStore()
          .findStream(model.name())
          .ifPresent(stream -> verifyPatiently(model, stream, all));
    }
  }

  /* The breaker of Tier 2 may be open, from when the bucket was out of reach. */
  private void verifyPatiently(StreamModel model, AofStream stream, ReadOptions all) {
    for (int tries = 0; true; tries++) {
      try {
        machine.host().call(() -> verify(model, stream, all));
        return;
      } catch (Tier2UnavailableException e) {
        if (tries == MOST_ROUNDS) {
          throw model.violation("Tier 2 does not come back: " + e.getMessage());
        }
        machine.host().run(Long.MAX_VALUE, ONE_ROUND);
      }
    }
  }

  private boolean verify(StreamModel model, AofStream stream, ReadOptions all) {
    Target target = new Target(machine.openStore(), model, 0);
    long start = stream.startOffset();
    workload.read(target, ReadFrom.earliest(), start, all, Long.MAX_VALUE);
    return true;
  }

  private void reopenAndVerify() {
    if (!machine.close()) {
      throw new AssertionError("a healthy store does not close");
    }
    machine.kill();
    open(End.CLOSED);
    verify();
    Elsewhere elsewhere = new Elsewhere(random.nextLong(), config, machine.bucket(), workload);
    try {
      new Takeover(machine, audit, elsewhere).run(models);
    } finally {
      elsewhere.release();
    }
  }
}
