package io.bop.aof.io;

import java.security.SecureRandom;

/** Secure random numbers. */
final class SystemEntropy implements Entropy {

  private final SecureRandom random = new SecureRandom();

  @Override
  public long nextLong() {
    long value;
    do {
      value = random.nextLong();
    } while (value == 0);
    return value;
  }

  @Override
  public double nextDouble() {
    return random.nextDouble();
  }
}
