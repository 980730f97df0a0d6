package io.bop.aof.testkit.simulation;

import io.bop.aof.testkit.simulation.DiskOperation.Kind;
import io.bop.aof.testkit.simulation.InjectedFault.Effect;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What goes wrong on a {@link SimulatedDisk}, and when. Empty at the start; not taken over by a
 * {@linkplain SimulatedDisk#crash crash} or a {@linkplain SimulatedDisk#restart restart}.
 *
 * <pre>{@code
 * disk.faults().onForce().nth(3).fail();                       // the third force from now on
 * disk.faults().on(Kind.READ).where(warmFiles).lasting().fail(); // every read of those files
 * disk.faults().on(Kind.WRITE).afterBytes(1 << 20).lasting().noSpace();
 * disk.faults().on(Kind.WRITE).randomly(seed, 0.01).lasting().tear();
 * disk.faults().heal();
 * }</pre>
 *
 * <p>A fault counts the operations that match it from when it was planned. Of several that are due
 * at one operation, the one planned first happens, and the others at the next that match them. The
 * same plan and the same operations give the same faults, to the bit. Thread-safe.
 */
public final class DiskFaults {

  private static final Set<Kind> FORCES = EnumSet.of(Kind.FORCE, Kind.FORCE_MAPPED);

  private final List<PlannedFault> plan = new ArrayList<>();
  private final List<DiskOperation> hits = new ArrayList<>();
  private volatile int count;

  DiskFaults() {}

  /** A fault of operations of these kinds; nothing is planned before its last method. */
  public Fault on(Kind first, Kind... more) {
    return new Fault(EnumSet.of(first, more));
  }

  /** A fault of forces, of mapped and of other files. */
  public Fault onForce() {
    return new Fault(FORCES);
  }

  /** Forgets the plan. What was lost stays lost: pages whose force failed never reach the disk. */
  public synchronized void heal() {
    plan.clear();
  }

  /** The operations that a fault has happened to, oldest first; at most the last 1,000. */
  public synchronized List<DiskOperation> hits() {
    return List.copyOf(hits);
  }

  /** How many operations a fault has happened to. */
  int count() {
    return count;
  }

  synchronized boolean isEmpty() {
    return plan.isEmpty();
  }

  synchronized InjectedFault decide(DiskOperation operation) {
    InjectedFault decided = InjectedFault.NONE;
    for (int i = 0; i < plan.size(); i++) {
      PlannedFault planned = plan.get(i);
      InjectedFault due = planned.decide(operation);
      if (decided.isNone() && !due.isNone()) {
        decided = due;
        remember(operation);
        if (!planned.isLasting()) {
          plan.remove(i--);
        }
      }
    }
    return decided;
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // written under the lock only
  private void remember(DiskOperation operation) {
    count++;
    if (hits.size() == 1_000) {
      hits.remove(0);
    }
    hits.add(operation);
  }

  private synchronized void add(PlannedFault planned) {
    plan.add(planned);
  }

  /** Describes a fault; its last method ({@link #fail} and those below it) plans it. */
  public final class Fault {
    private Trigger trigger;

    private Fault(Set<Kind> kinds) {
      this.trigger = Trigger.of(kinds);
    }

    /**
     * Only operations on such paths, or with such a new name. The predicate gets the path that the
     * file was opened with, and must do nothing but answer.
     */
    public Fault where(Predicate<Path> paths) {
      trigger = trigger.withPaths(paths);
      return this;
    }

    /** The {@code n}th matching operation from now on, counted from 1; 1 if not set. */
    public Fault nth(long n) {
      if (n < 1) {
        throw new IllegalArgumentException("operations are counted from 1: nth=" + n);
      }
      trigger = trigger.withTime(new Trigger.Nth(n));
      return this;
    }

    /** The first matching operation that goes beyond that many bytes of matching ones together. */
    public Fault afterBytes(long bytes) {
      trigger = trigger.withTime(new Trigger.AfterBytes(requireSize(bytes)));
      return this;
    }

    /** Each matching operation with that probability, from 0 to 1, as the seed has it. */
    public Fault randomly(long seed, double probability) {
      if (!(probability >= 0 && probability <= 1)) {
        throw new IllegalArgumentException("not a probability: probability=" + probability);
      }
      trigger = trigger.withTime(new Trigger.Randomly(seed, probability));
      return this;
    }

    /** Not once, but at each matching operation from then on, until {@link #heal}. */
    public Fault lasting() {
      trigger = trigger.thatLasts();
      return this;
    }

    /**
     * The operation throws an {@link java.io.IOException} and does nothing. After a failed force
     * the pages of its range are clean but not on the disk, and a later force of them succeeds
     * without writing them; only bytes written anew are written to the disk. After a failed {@link
     * Kind#SYNC_DIRECTORY} the names are not durable; a later sync makes them so. {@link
     * SimulatedDisk#exists} can't throw: it answers false.
     */
    public void fail() {
      plan(Effect.FAIL, -1);
    }

    /**
     * The operation throws a {@link io.bop.aof.io.NoSpaceException}. With {@link #afterBytes} a
     * write leaves what still fits; otherwise nothing is done.
     */
    public void noSpace() {
      plan(Effect.NO_SPACE, 0);
    }

    /** A read gets only the first {@code bytes}, as if the file ended there. */
    public void shortRead(int bytes) {
      require(Kind.READ);
      plan(Effect.SHORT_READ, requireSize(bytes));
    }

    /**
     * A read gets one bit wrong, and the file is as it was; or a write stores one bit wrong, and
     * nobody says so.
     */
    public void flipBit() {
      if (!trigger.kinds().equals(EnumSet.of(Kind.WRITE))) {
        require(Kind.READ);
      }
      plan(Effect.FLIP_BIT, -1);
    }

    /** A write stores some of its first sectors of 512 bytes and throws. */
    public void tear() {
      require(Kind.WRITE);
      plan(Effect.TEAR, -1);
    }

    private void require(Kind kind) {
      if (!trigger.kinds().equals(EnumSet.of(kind))) {
        throw new IllegalArgumentException(
            "fault is only for " + kind + ": kinds=" + trigger.kinds());
      }
    }

    private static long requireSize(long bytes) {
      if (bytes < 0) {
        throw new IllegalArgumentException("bytes must not be negative: bytes=" + bytes);
      }
      return bytes;
    }

    private void plan(Effect effect, long amount) {
      add(new PlannedFault(trigger, effect, amount));
    }
  }
}
