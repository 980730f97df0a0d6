package io.bop.aof.testkit.proof;

import io.bop.aof.objectstore.ObjectStoreException.Reason;
import io.bop.aof.testkit.objectstore.Fault;
import io.bop.aof.testkit.objectstore.FaultyObjectStore.ObjectCall;
import io.bop.aof.testkit.simulation.DiskFaults;
import io.bop.aof.testkit.simulation.DiskOperation.Kind;
import io.bop.aof.testkit.simulation.SimulatedDisk;
import java.nio.file.Path;
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

  private static final int MOST_FORCE_NANOS = 5_000_000;

  private final Machine machine;
  private final SplittableRandom random;
  private final SimulationOptions options;
  private final Tally tally;
  private boolean bucket;
  private boolean disk;
  private boolean severe;
  private boolean diskEver;
  private boolean diskInHistory;
  private boolean bucketEver;

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
    if (options.diskFaults() && random.nextInt(400) == 0) {
      tally.faults++;
      machine.host().setWallClock(Duration.ofSeconds(random.nextInt(-600, 600)));
    }
  }

  private void bucket() {
    tally.faults++;
    bucketEver = true;
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
    if (disk) {
      healDisk();
      return;
    }
    disk = true;
    diskEver = true;
    diskInHistory = true;
    DiskFaults faults = machine.host().simulatedDisk().faults();
    switch (random.nextInt(7)) {
      case 0 -> {
        faults.on(Kind.FORCE_MAPPED).nth(1 + random.nextInt(8)).fail();
        if (options.ends()) {
          // Before the segment is written anew: the next process has to see to it.
          machine.host().endAfterFault(random.nextInt(40));
        }
      }
      case 1 -> faults.onForce().nth(1 + random.nextInt(20)).fail();
      case 2 -> {
        faults.onForce().randomly(random.nextLong(), 0.2).lasting().fail();
        severe = true;
      }
      case 3 -> {
        faults.on(Kind.WRITE, Kind.CREATE).nth(1 + random.nextInt(10)).fail();
        severe = true;
      }
      case 4 -> {
        faults.on(Kind.RENAME, Kind.SYNC_DIRECTORY, Kind.DELETE).nth(1 + random.nextInt(5)).fail();
        severe = true;
      }
      case 5 -> {
        faults.on(Kind.WRITE).where(FaultPlan::isNewWarmFile).nth(1 + random.nextInt(10)).flipBit();
      }
      default -> {
        SimulatedDisk disk = machine.host().simulatedDisk();
        disk.capacity(disk.usedBytes() + random.nextInt(3 << 20));
      }
    }
  }

  private static boolean isNewWarmFile(Path path) {
    return path.toString().contains("tier1") && !path.toString().endsWith(".zst");
  }

  /**
   * Whether something failed in this process that may leave a stream or the manifest refusing until
   * the next open.
   */
  boolean severe() {
    return severe;
  }

  /** Whether what the bucket sent may have been broken on its way, each time that it was asked. */
  boolean bodiesBroken() {
    return bucketEver;
  }

  /** Whether an operation of the disk may have failed in any process so far. */
  boolean diskEverFailed() {
    return diskInHistory;
  }

  /** Whether an operation of the disk may have failed in this process. */
  boolean diskFailed() {
    return diskEver;
  }

  /** A new process begins with a healthy bucket and a healthy disk, which may be a slow one. */
  void processEnded() {
    bucket = false;
    severe = false;
    diskEver = false;
    bucketEver = false;
    healDisk();
    if (options.diskFaults() && random.nextInt(3) == 0) {
      machine.host().forcesTake(Duration.ofNanos(random.nextInt(MOST_FORCE_NANOS)));
    }
  }

  /** All faults end. */
  void heal() {
    machine.host().forcesTake(Duration.ZERO);
    healBucket();
    healDisk();
  }

  private void healDisk() {
    SimulatedDisk on = machine.host().simulatedDisk();
    on.faults().heal();
    on.capacity(Long.MAX_VALUE);
    disk = false;
  }

  private void healBucket() {
    machine.objects().heal();
    machine.objects().release();
    bucket = false;
  }
}
