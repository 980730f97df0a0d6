package io.bop.aof.testkit.fuzz;

import com.sun.management.ThreadMXBean;
import io.bop.aof.testkit.ByteMutator;
import io.bop.aof.testkit.SeededRandom;
import java.lang.management.ManagementFactory;
import java.util.Optional;

/** Runs a decoder on bytes and judges how it ends. Confined to one thread. */
final class Survival {

  /** A frame of the largest record, and what goes with it. */
  private static final long FIXED_ALLOCATION = 24L << 20;

  private static final long ALLOCATION_PER_BYTE = 64;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private Survival() {}

  /** Draws an example, damages it and runs the decoder; every fourth with its checksums wrong. */
  static void check(DecoderTarget target, SeededRandom random) {
    byte[] valid = target.example().apply(random);
    ByteMutator mutator = new ByteMutator(random);
    if (random.oneIn(4)) {
      damaged(target, valid, mutator.damage(valid));
      return;
    }
    byte[] other = random.oneIn(4) ? target.example().apply(random) : valid;
    run(target, target.sign().apply(mutator.mutate(valid, other)));
  }

  private static void damaged(DecoderTarget target, byte[] valid, byte[] bytes) {
    Optional<Object> found = run(target, bytes);
    if (found.isEmpty()) {
      return;
    }
    Object expected = run(target, valid).orElseThrow();
    if (!target.sameAs().test(expected, found.get())) {
      throw new AssertionError(
          "damaged bytes give another value: expected=" + expected + " found=" + found.get());
    }
  }

  /** What the decoder gave; empty when it ended with an error that it may end with. */
  static Optional<Object> run(DecoderTarget target, byte[] bytes) {
    long thread = Thread.currentThread().getId();
    long before = THREADS.getThreadAllocatedBytes(thread);
    Optional<Object> found = decode(target, bytes);
    long allocated = THREADS.getThreadAllocatedBytes(thread) - before;
    long limit = FIXED_ALLOCATION + ALLOCATION_PER_BYTE * bytes.length;
    if (allocated > limit) {
      throw new AssertionError(
          "too much memory: allocated=" + allocated + " limit=" + limit + " size=" + bytes.length);
    }
    return found;
  }

  private static Optional<Object> decode(DecoderTarget target, byte[] bytes) {
    try {
      return Optional.of(target.decoder().decode(bytes));
    } catch (Exception e) {
      boolean typed = target.typed().stream().anyMatch(type -> type.isInstance(e));
      if (!typed || String.valueOf(e.getMessage()).isBlank()) {
        throw new AssertionError("not an error of the decoder's: " + e, e);
      }
      return Optional.empty();
    }
  }
}
