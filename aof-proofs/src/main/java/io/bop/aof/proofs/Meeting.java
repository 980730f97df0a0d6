package io.bop.aof.proofs;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Brings two actors to the same moment: one says how far it has come, the other waits for that. The
 * steps are opaque: they order nothing else, so they hide no missing fence. Nobody waits for long,
 * so that an actor that is late only makes a dull sample.
 */
public final class Meeting {

  private static final int MOST_SPINS = 20_000;
  private static final VarHandle STEPS;

  static {
    try {
      STEPS = MethodHandles.lookup().findVarHandle(Meeting.class, "steps", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  @SuppressWarnings("unused") // through STEPS
  private int steps;

  /** The one actor has come a step further. */
  public int step() {
    int next = (int) STEPS.getOpaque(this) + 1;
    STEPS.setOpaque(this, next);
    return next;
  }

  /** The other actor waits until it has come that far; false: not soon. */
  public boolean await(int wanted) {
    for (int i = 0; i < MOST_SPINS; i++) {
      if ((int) STEPS.getOpaque(this) >= wanted) {
        return true;
      }
      Thread.onSpinWait();
    }
    return false;
  }

  /** As {@link #await}, and then a moment longer: another one each time. */
  public void awaitAbout(int wanted, int mostSpins) {
    if (await(wanted)) {
      int spins = System.identityHashCode(this) % mostSpins;
      for (int i = 0; i < spins; i++) {
        Thread.onSpinWait();
      }
    }
  }
}
