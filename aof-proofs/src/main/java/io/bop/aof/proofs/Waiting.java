package io.bop.aof.proofs;

import org.jspecify.annotations.Nullable;

/** A thread of a proof that may park: what became of it. Used by one actor, then by the arbiter. */
public final class Waiting {

  /** It went through. */
  public static final int DONE = 0;

  /** It parked, was woken, and then went through. */
  public static final int WOKEN = 1;

  /** It parked, and nobody will wake it. */
  public static final int LOST = 2;

  private static final int MOST_SPINS = 200;

  private final ProofThreads threads;
  private volatile @Nullable Thread parked;

  /** One thread of that machine. */
  public Waiting(ProofThreads threads) {
    this.threads = threads;
  }

  /** Runs what may park. */
  public void run(Runnable work) {
    try {
      work.run();
    } catch (ProofThreads.Parked e) {
      parked = Thread.currentThread();
    }
  }

  /** Runs what may park, and lets it go on when it is woken soon. */
  public void runOn(Runnable work) {
    run(work);
    for (int i = 0; i < MOST_SPINS && !isDone(); i++) {
      Thread.onSpinWait();
      resumeIfWoken(work);
    }
  }

  /** Whether it is parked and was woken, so that {@link #resume} would let it go on. */
  public boolean canResume() {
    Thread thread = parked;
    return thread != null && threads.isWoken(thread);
  }

  /** Whether it is through. */
  public boolean isDone() {
    return parked == null;
  }

  /** Lets a thread that was woken go on, here: it begins its work again, as its loop would. */
  public void resume(Runnable work) {
    Thread thread = parked;
    if (thread == null) {
      return;
    }
    parked = null;
    threads.goOn(thread);
    run(work);
  }

  /** As {@link #resume}, if {@link #canResume}. */
  public void resumeIfWoken(Runnable work) {
    if (canResume()) {
      resume(work);
    }
  }

  /** What became of it, when nothing else happens any more. */
  public int fate(Runnable work) {
    if (isDone()) {
      return DONE;
    }
    if (!canResume()) {
      return LOST;
    }
    resume(work);
    return isDone() ? WOKEN : LOST;
  }
}
