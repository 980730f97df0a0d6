package io.bop.aof.io;

import java.util.UUID;

/** Random numbers. Thread-safe. */
public interface Entropy {

  /** 64 bits that nobody can guess, never 0. */
  long nextLong();

  /** A number from 0 (inclusive) to 1 (exclusive). */
  double nextDouble();

  /** A random identity. */
  default UUID nextUuid() {
    return new UUID(nextLong(), nextLong());
  }
}
