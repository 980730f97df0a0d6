package io.bop.aof.testkit.proof;

import io.bop.aof.testkit.simulation.DiskOperation.Kind;
import io.bop.aof.testkit.simulation.SimulatedHost;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/** When processes die by themselves: at some disk operation, or between two steps of a protocol. */
final class Ends {

  private static final List<Set<Kind>> STEPS =
      List.of(
          EnumSet.of(Kind.FORCE, Kind.FORCE_MAPPED, Kind.RENAME, Kind.SYNC_DIRECTORY, Kind.DELETE),
          EnumSet.of(Kind.FORCE),
          EnumSet.of(Kind.FORCE_MAPPED),
          EnumSet.of(Kind.RENAME),
          EnumSet.of(Kind.SYNC_DIRECTORY),
          EnumSet.of(Kind.DELETE));

  private final SplittableRandom random;
  private final boolean enabled;

  Ends(SplittableRandom random, boolean enabled) {
    this.random = random;
    this.enabled = enabled;
  }

  /** In the middle of its life, now and then. */
  void running(SimulatedHost host) {
    if (enabled && random.nextInt(100) == 0) {
      plan(host, 200, 12);
    }
  }

  /** On the way to its first append. */
  void opening(SimulatedHost host) {
    if (enabled && random.nextInt(6) == 0) {
      host.endAfterOperations(random.nextInt(120));
    }
  }

  /**
   * Soon after an open: what that open has promised is not in any second place yet, and nothing has
   * forced its files once more.
   */
  void opened(SimulatedHost host) {
    host.endAfterOperations(Long.MAX_VALUE);
    if (enabled && random.nextInt(4) == 0) {
      plan(host, 150, 6);
    }
  }

  /** While segments follow each other fast, and several of a stream are not sealed. */
  void rolling(SimulatedHost host) {
    if (enabled && random.nextBoolean()) {
      plan(host, 80, 6);
    }
  }

  private void plan(SimulatedHost host, int operations, int steps) {
    if (random.nextBoolean()) {
      host.endAfterOperations(random.nextInt(operations));
    } else {
      host.endAfterSteps(STEPS.get(random.nextInt(STEPS.size())), 1 + random.nextInt(steps));
    }
  }
}
