package io.bop.aof.testkit;

import io.bop.aof.io.Entropy;

/**
 * Random numbers that follow from a seed. Thread-safe; the order of calls decides who gets which.
 */
public final class SeededEntropy implements Entropy {

  private final SeededRandom random;

  /** Starts with a seed. */
  public SeededEntropy(long seed) {
    this.random = new SeededRandom(seed);
  }

  @Override
  public synchronized long nextLong() {
    long value = random.nextLong();
    return value == 0 ? 1 : value;
  }

  @Override
  public synchronized double nextDouble() {
    return random.nextDouble();
  }
}
