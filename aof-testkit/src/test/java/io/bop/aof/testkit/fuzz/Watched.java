package io.bop.aof.testkit.fuzz;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Runs steps on a thread of its own and fails when one does not end. What hangs cannot be ended:
 * its thread is a daemon, and the failure says where it stands.
 */
public final class Watched {

  private record Step(String what, long startedNanos) {}

  private final Duration limit;
  private volatile @Nullable Step step;

  /** With the longest time that a step may take. */
  public Watched(Duration limit) {
    this.limit = limit;
  }

  /** Says what begins now. */
  public void begin(String what) {
    step = new Step(what, System.nanoTime());
  }

  /** Runs all steps; throws what they throw. */
  public void run(Runnable steps) {
    AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    Thread worker =
        new Thread(
            () -> {
              try {
                steps.run();
              } catch (Throwable e) {
                failure.set(e);
              }
            },
            "watched");
    worker.setDaemon(true);
    worker.start();
    await(worker);
    Throwable thrown = failure.get();
    if (thrown instanceof Error error) {
      throw error;
    }
    if (thrown instanceof RuntimeException unchecked) {
      throw unchecked;
    }
  }

  private void await(Thread worker) {
    while (worker.isAlive()) {
      try {
        worker.join(200);
      } catch (InterruptedException e) {
        worker.interrupt();
        Thread.currentThread().interrupt();
        throw new AssertionError("interrupted", e);
      }
      Step now = step;
      if (now != null && System.nanoTime() - now.startedNanos() > limit.toNanos()) {
        AssertionError hang = new AssertionError("hangs: " + now.what());
        hang.setStackTrace(worker.getStackTrace());
        throw hang;
      }
    }
  }
}
