package io.bop.aof.testkit.simulation;

import io.bop.aof.testkit.SeededRandom;

/** What a power loss does to what was not forced; chosen anew for every file. */
enum CrashMode {
  /** Nothing of it had reached the disk. */
  OLD,
  /** All of it had. */
  NEW,
  /** Each page is in a state of its own. */
  MIXED,
  /** As {@link #MIXED}, and some pages were just being written. */
  TORN;

  private static final CrashMode[] ALL = values();

  static CrashMode draw(SeededRandom random) {
    return ALL[random.nextInt(ALL.length)];
  }
}
