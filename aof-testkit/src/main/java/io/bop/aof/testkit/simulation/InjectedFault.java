package io.bop.aof.testkit.simulation;

import java.io.IOException;
import java.nio.file.Path;

/**
 * What the plan does to one operation.
 *
 * @param amount bytes that are still read or written; negative: as chance has it
 * @param chance random bits for the details, the same at each replay
 */
record InjectedFault(Effect effect, long amount, long chance) {

  static final InjectedFault NONE = new InjectedFault(Effect.NONE, 0, 0);

  enum Effect {
    NONE,
    FAIL,
    NO_SPACE,
    SHORT_READ,
    FLIP_BIT,
    TEAR
  }

  boolean isNone() {
    return effect == Effect.NONE;
  }

  /** For operations that have no half-way. */
  void throwIfAny(Path path) throws IOException {
    if (effect == Effect.NO_SPACE) {
      throw Space.full(path);
    }
    if (effect != Effect.NONE) {
      throw failure(path);
    }
  }

  IOException failure(Path path) {
    return effect == Effect.NO_SPACE
        ? Space.full(path)
        : new IOException("Input/output error, as planned: path=" + path);
  }

  /** How much of a read or write of that length is done. */
  int done(int length) {
    if (effect == Effect.FAIL) {
      return 0;
    }
    if (amount >= 0) {
      return (int) Math.min(amount, length);
    }
    int random = (int) Long.remainderUnsigned(chance, Math.max(1, length));
    return effect == Effect.TEAR ? random / Page.SECTOR * Page.SECTOR : random;
  }

  /** Flips one bit, if that is the fault and there is one. */
  void flip(byte[] bytes, int offset, int length) {
    if (effect == Effect.FLIP_BIT && length > 0) {
      long bit = Long.remainderUnsigned(chance, (long) length * Byte.SIZE);
      bytes[offset + (int) (bit / Byte.SIZE)] ^= (byte) (1 << bit % Byte.SIZE);
    }
  }
}
