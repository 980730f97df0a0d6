package io.bop.aof.manifest;

/**
 * The chunks whose snapshot goes to Tier 2: every 64th. So whoever has the bucket alone knows which
 * names to ask for, and never has to read more than that many chunks behind one.
 */
public final class SharedSnapshots {

  /** From one of them to the next. */
  public static final int EVERY = 64;

  private SharedSnapshots() {}

  /** Whether a snapshot of the state after that chunk is sent. */
  public static boolean isShared(long chunkIndex) {
    return chunkIndex % EVERY == EVERY - 1;
  }

  /** The newest chunk up to that one whose snapshot is sent; negative: there is none. */
  public static long lastUpTo(long chunkIndex) {
    return (chunkIndex + 1) / EVERY * EVERY - 1;
  }
}
