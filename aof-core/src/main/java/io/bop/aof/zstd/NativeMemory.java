package io.bop.aof.zstd;

import java.lang.ref.Cleaner;
import java.lang.ref.Cleaner.Cleanable;

/**
 * Sees to it that zstd's memory is given back: when its owner is closed, or else when the owner was
 * forgotten, by a reader that nobody closed for one. The heap knows nothing of that memory.
 */
final class NativeMemory {

  private static final Cleaner CLEANER = Cleaner.create();

  private NativeMemory() {}

  /**
   * Ties memory to its owner.
   *
   * @param release gives it back; must not reach the owner
   * @return to be cleaned when the owner is closed
   */
  static Cleanable of(Object owner, Runnable release) {
    return CLEANER.register(owner, release);
  }
}
