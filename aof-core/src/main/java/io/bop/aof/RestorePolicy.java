package io.bop.aof;

/** What an open does in an empty root when Tier 2 holds a store. */
public enum RestorePolicy {

  /** Fails, and says what can be done. */
  NEVER,

  /**
   * Takes that store over, as {@link AofStore#restore} does: whoever wrote it before is shut out.
   * Meant for one service that always has at most one instance and may lose its disk.
   */
  IF_EMPTY
}
