package io.bop.aof.testkit.proof;

import io.bop.aof.objectstore.ObjectStoreException.Reason;
import io.bop.aof.testkit.objectstore.Fault;
import io.bop.aof.testkit.objectstore.FaultyObjectStore.ObjectCall;
import io.bop.aof.testkit.simulation.DiskFaults;
import java.time.Duration;
import java.util.SplittableRandom;

/** Which faults there are when; all of them end by {@link #heal}. */
final class FaultPlan {

  private static final Fault[] BUCKET = {
    Fault.THROTTLED,
    Fault.UNREACHABLE,
    new Fault.AnswerLost(Reason.UNAVAILABLE),
    new Fault.Slow(Duration.ofSeconds(20)),
    new Fault.Hangs(true),
    new Fault.BodyCut(0.5),
    new Fault.BodyCorrupted()
  };

  private final Machine machine;
  private final SplittableRandom random;
  private final SimulationOptions options;
  private final Tally tally;
  private boolean bucket;
  private boolean disk;

  FaultPlan(Machine machine, SplittableRandom random, SimulationOptions options, Tally tally) {
    this.machine = machine;
    this.random = random;
    this.options = options;
    this.tally = tally;
  }

  /** Begins or ends a fault, now and then. */
  void step() {
    if (options.bucketFaults() && random.nextInt(40) == 0) {
      bucket();
    }
    if (options.diskFaults() && random.nextInt(80) == 0) {
      disk();
    }
  }

  private void bucket() {
    tally.faults++;
    if (bucket) {
      healBucket();
    } else if (random.nextInt(4) == 0) {
      machine.objects().down(random.nextBoolean() ? Fault.UNREACHABLE : new Fault.Hangs(true));
      bucket = true;
    } else {
      for (ObjectCall call : ObjectCall.values()) {
        machine.objects().chance(call, random.nextDouble() * 0.5, BUCKET);
      }
      bucket = true;
    }
  }

  private void disk() {
    tally.faults++;
    DiskFaults faults = machine.host().simulatedDisk().faults();
    if (disk) {
      faults.heal();
      disk = false;
      return;
    }
    disk = true;
    faults.onForce().nth(1 + random.nextInt(20)).fail();
  }

  /** A new process has the same bucket as the one before, healthy or not; here: healthy. */
  void processEnded() {
    bucket = false;
    disk = false;
    machine.host().simulatedDisk().faults().heal();
  }

  void heal() {
    healBucket();
    machine.host().simulatedDisk().faults().heal();
  }

  private void healBucket() {
    machine.objects().heal();
    machine.objects().release();
    bucket = false;
  }
}
