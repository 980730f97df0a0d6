package io.bop.aof.testkit.opentime;

import io.bop.aof.testkit.DiskObserver;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Where the time of one open goes, told by what the opening thread asks of the disk: the time from
 * one operation to the next belongs to the file of the first. Confined to that thread; what other
 * threads do is not counted.
 */
final class OpenPhases implements DiskObserver {

  /** What an open is made of. */
  enum Phase {
    /** Lock, identity, everything that fits nowhere else. */
    REST,
    /** Reading the newest snapshot. */
    SNAPSHOT,
    /** Reading the chunks after it. */
    REPLAY,
    /** Looking at the slots, scanning and sealing what is unsealed. */
    SCAN,
    /** Looking at the warm files. */
    TIER1,
    /** Asking Tier 2. */
    TIER2,
    /** Writing what was found into the manifest. */
    RECORD
  }

  private final Path root;
  private final Thread opener = Thread.currentThread();
  private final long[] nanos = new long[Phase.values().length];
  private final long[] operations = new long[Phase.values().length];
  private final long started = System.nanoTime();
  private Phase phase = Phase.REST;
  private long since = started;

  OpenPhases(Path root) {
    this.root = root;
  }

  @Override
  public void begins(Operation operation, Path path, long bytes) {
    if (Thread.currentThread() != opener) {
      return;
    }
    enter(phaseOf(operation, path));
    operations[phase.ordinal()]++;
  }

  private void enter(Phase next) {
    long now = System.nanoTime();
    nanos[phase.ordinal()] += now - since;
    since = now;
    phase = next;
  }

  private Phase phaseOf(Operation operation, Path path) {
    if (!path.startsWith(root) || path.equals(root)) {
      return Phase.REST;
    }
    String folder = root.relativize(path).getName(0).toString();
    return switch (folder) {
      case "manifest" -> phaseOfManifest(operation, path);
      case "tier0" -> Phase.SCAN;
      case "tier1" -> Phase.TIER1;
      case "tier2" -> Phase.TIER2;
      default -> Phase.REST;
    };
  }

  private static Phase phaseOfManifest(Operation operation, Path path) {
    if (path.toString().endsWith(".snap")) {
      return Phase.SNAPSHOT;
    }
    return switch (operation) {
      case READ, LIST, SIZE, OPEN, EXISTS -> Phase.REPLAY;
      default -> Phase.RECORD;
    };
  }

  /** The open has returned. */
  OpenSample end() {
    enter(Phase.REST);
    return new OpenSample(
        since - started,
        Arrays.copyOf(nanos, nanos.length),
        Arrays.copyOf(operations, operations.length));
  }
}
