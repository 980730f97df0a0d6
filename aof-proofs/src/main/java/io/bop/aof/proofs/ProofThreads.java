package io.bop.aof.proofs;

import io.bop.aof.io.Threads;
import java.io.Serial;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Threads of a proof. A park does not end by time: it ends the actor, by {@link Parked}, and it is
 * remembered whether somebody woke its thread before or afterwards. So a wake-up that is lost is
 * seen at once, and the bound of the real park hides nothing.
 *
 * <p>Tasks for pools and timers are kept in one queue until an actor or the arbiter runs them.
 */
public final class ProofThreads implements Threads {

  /** Thrown by a park that nobody has ended yet. */
  public static final class Parked extends RuntimeException {
    @Serial private static final long serialVersionUID = 1;

    private Parked() {
      super("parked", null, false, false);
    }
  }

  /*
   * What is known of a thread, in one word: whether it has a permit, how many of its parks nobody
   * has ended, and how many were ended and not gone on from. A thread that makes the state of a
   * proof may park there and be an actor of it as well.
   */
  private static final int PERMIT = 1;
  private static final int ASLEEP = 1 << 8;
  private static final int WOKEN = 1 << 16;
  private static final int COUNT = 0xFF;

  private final ConcurrentHashMap<Thread, AtomicInteger> states = new ConcurrentHashMap<>(8);
  private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<Runnable> timers = new ConcurrentLinkedQueue<>();

  private AtomicInteger state(Thread thread) {
    AtomicInteger known = states.get(thread);
    return known != null ? known : states.computeIfAbsent(thread, t -> new AtomicInteger());
  }

  @Override
  public void park(Object blocker, long nanos) {
    int before =
        state(Thread.currentThread())
            .getAndUpdate(now -> (now & PERMIT) != 0 ? now - PERMIT : now + ASLEEP);
    if ((before & PERMIT) == 0) {
      throw new Parked();
    }
  }

  /* Not guarded: a signal that is lost shall show. */
  @Override
  public void parkForSignal(Object blocker, long nanos) {
    park(blocker, nanos);
  }

  @Override
  public void unpark(Thread thread) {
    state(thread).updateAndGet(ProofThreads::unparked);
  }

  private static int unparked(int now) {
    return (now / ASLEEP & COUNT) != 0 ? now - ASLEEP + WOKEN : now | PERMIT;
  }

  /** Whether a park of that thread was ended that it has not gone on from. */
  boolean isWoken(Thread thread) {
    return (state(thread).get() / WOKEN & COUNT) != 0;
  }

  /** It goes on from a park that was ended. */
  void goOn(Thread thread) {
    state(thread).addAndGet(-WOKEN);
  }

  @Override
  public WorkerPool pool(String name, int size) {
    return new QueuedPool();
  }

  @Override
  public Timer schedule(long delayNanos, Runnable task) {
    timers.add(task);
    return () -> timers.remove(task);
  }

  @Override
  public void sleep(long nanos) {
    throw new UnsupportedOperationException("sleep");
  }

  /** Runs the next task of a pool; false: there is none. */
  public boolean runOne() {
    @Nullable Runnable task = tasks.poll();
    if (task == null) {
      return false;
    }
    task.run();
    return true;
  }

  /** Runs all that is queued for pools, and what that queues. */
  public void runAll() {
    boolean more = true;
    while (more) {
      more = runOne();
    }
  }

  private final class QueuedPool implements WorkerPool {
    @Override
    public void execute(Runnable task) {
      tasks.add(task);
    }

    @Override
    public int size() {
      return 1;
    }

    @Override
    public boolean shutdown(Duration limit) {
      return true;
    }
  }
}
