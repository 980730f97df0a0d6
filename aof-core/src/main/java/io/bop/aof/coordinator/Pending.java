package io.bop.aof.coordinator;

import io.bop.aof.AofException;
import io.bop.aof.io.Host;
import io.bop.aof.tier0.WaitSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The answer that one thread waits for and another one gives, once. Thread-safe. */
public final class Pending<T> {

  private final Host host;
  private final WaitSet waits;
  private final AtomicReference<@Nullable Answer<T>> answer = new AtomicReference<>();
  private final ConcurrentLinkedQueue<Runnable> actions = new ConcurrentLinkedQueue<>();

  /** Without an answer. */
  public Pending(Host host) {
    this.host = host;
    this.waits = new WaitSet(host);
  }

  private record Answer<T>(@Nullable T value, @Nullable RuntimeException failure) {}

  /** Gives the answer. Later ones are ignored. */
  public void complete(T value) {
    give(new Answer<>(value, null));
  }

  /** Gives a failure as the answer. */
  public void fail(RuntimeException failure) {
    give(new Answer<>(null, failure));
  }

  private void give(Answer<T> given) {
    if (answer.compareAndSet(null, given)) {
      waits.wakeAll();
      runActions();
    }
  }

  /** Runs {@code action} when the answer is given, on the thread that gives it, or at once. */
  public void whenDone(Runnable action) {
    actions.add(action);
    if (answer.get() != null) {
      runActions();
    }
  }

  private void runActions() {
    for (Runnable action = actions.poll(); action != null; action = actions.poll()) {
      action.run();
    }
  }

  /** The failure that was given as the answer; null: none so far, or a value. */
  public @Nullable RuntimeException failure() {
    Answer<T> given = answer.get();
    return given == null ? null : given.failure();
  }

  /**
   * Waits for the answer.
   *
   * @param what is waited for, for the message
   * @throws AofException when none came in time
   */
  public T await(String what, long nanos) {
    long deadline = host.time().nanoTime() + nanos;
    waits.await(() -> answer.get() != null, deadline, false);
    Answer<T> given = answer.get();
    if (given == null) {
      throw new AofException("no answer in time: waitingFor=" + what);
    }
    if (given.failure() != null) {
      throw given.failure();
    }
    T value = given.value();
    if (value == null) {
      throw new IllegalStateException("answer without a value: " + what);
    }
    return value;
  }
}
