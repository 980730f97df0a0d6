package io.bop.aof.testkit.simulation;

import io.bop.aof.testkit.SeededRandom;
import io.bop.aof.testkit.simulation.InjectedFault.Effect;

/** A fault that waits for its operation. Guarded by the plan. */
final class PlannedFault {

  private final Trigger trigger;
  private final Effect effect;
  private final long amount;
  private final SeededRandom random;
  private long operations;
  private long bytes;

  PlannedFault(Trigger trigger, Effect effect, long amount) {
    this.trigger = trigger;
    this.effect = effect;
    this.amount = amount;
    this.random = new SeededRandom(trigger.time() instanceof Trigger.Randomly r ? r.seed() : 0);
  }

  boolean isLasting() {
    return trigger.lasting();
  }

  /** Counts the operation, and says what happens to it. */
  InjectedFault decide(DiskOperation operation) {
    if (!trigger.matches(operation)) {
      return InjectedFault.NONE;
    }
    operations++;
    long before = bytes;
    bytes += operation.length();
    long chance = random.nextLong();
    if (!isDue()) {
      return InjectedFault.NONE;
    }
    if (effect == Effect.NO_SPACE && trigger.time() instanceof Trigger.AfterBytes limit) {
      return new InjectedFault(effect, Math.max(0, limit.bytes() - before), chance);
    }
    return new InjectedFault(effect, amount, chance);
  }

  private boolean isDue() {
    if (trigger.time() instanceof Trigger.Nth nth) {
      return operations >= nth.number();
    }
    if (trigger.time() instanceof Trigger.AfterBytes limit) {
      return bytes > limit.bytes();
    }
    Trigger.Randomly chance = (Trigger.Randomly) trigger.time();
    return random.nextDouble() < chance.probability();
  }
}
