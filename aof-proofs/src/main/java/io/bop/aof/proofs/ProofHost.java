package io.bop.aof.proofs;

import io.bop.aof.io.Disk;
import io.bop.aof.io.Entropy;
import io.bop.aof.io.Host;
import io.bop.aof.io.Time;

/** A machine of one proof: time stands still, files are on the heap. Thread-safe. */
public final class ProofHost implements Host {

  private static final Time TIME =
      new Time() {
        @Override
        public long wallMicros() {
          return 1;
        }

        @Override
        public long nanoTime() {
          return 0;
        }
      };

  private static final Entropy ENTROPY =
      new Entropy() {
        @Override
        public long nextLong() {
          return 0x5a17;
        }

        @Override
        public double nextDouble() {
          return 0.5;
        }
      };

  private final ProofThreads threads = new ProofThreads();

  @Override
  public Disk disk() {
    return HeapDisk.INSTANCE;
  }

  @Override
  public Time time() {
    return TIME;
  }

  @Override
  public Entropy entropy() {
    return ENTROPY;
  }

  @Override
  public ProofThreads threads() {
    return threads;
  }
}
