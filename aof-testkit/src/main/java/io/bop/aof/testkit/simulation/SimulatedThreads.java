package io.bop.aof.testkit.simulation;

import io.bop.aof.io.Threads;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Set;

/** The threads of a simulated process, as the code under test sees them. */
final class SimulatedThreads implements Threads {

  private final Scheduler scheduler;

  SimulatedThreads(Scheduler scheduler) {
    this.scheduler = scheduler;
  }

  @Override
  public WorkerPool pool(String name, int size) {
    return new Pool(name, size);
  }

  @Override
  public Timer schedule(long delayNanos, Runnable task) {
    return scheduler.schedule(delayNanos, task)::run;
  }

  @Override
  public void park(Object blocker, long nanos) {
    scheduler.park(nanos);
  }

  /* Not guarded: a signal that is lost shall show. */
  @Override
  public void parkForSignal(Object blocker, long nanos) {
    scheduler.park(nanos);
  }

  @Override
  public void unpark(Thread thread) {
    if (!(thread instanceof Carrier carrier)) {
      throw new IllegalStateException("not a simulated thread: thread=" + thread.getName());
    }
    SimulatedThread task = carrier.task();
    if (task != null) {
      scheduler.unpark(task);
    }
  }

  @Override
  public void sleep(long nanos) throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    scheduler.sleep(nanos);
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
  }

  private final class Pool implements WorkerPool {
    private final String name;
    private final int size;
    private final Deque<Runnable> queue = new ArrayDeque<>();
    private final Set<SimulatedThread> workers = new LinkedHashSet<>();
    private final Deque<SimulatedThread> waiting = new ArrayDeque<>();
    private boolean shut;

    Pool(String name, int size) {
      this.name = name;
      this.size = size;
    }

    @Override
    public void execute(Runnable task) {
      if (shut || scheduler.ended()) {
        return;
      }
      queue.add(task);
      if (workers.size() < size) {
        workers.add(scheduler.start(name, this::work));
      }
    }

    private void work() {
      for (Runnable task = queue.poll(); task != null; task = queue.poll()) {
        task.run();
        scheduler.maySwitch();
      }
      workers.remove(Carrier.current());
      if (workers.isEmpty()) {
        waiting.forEach(scheduler::unpark);
      }
    }

    @Override
    public int size() {
      return size;
    }

    @Override
    public boolean shutdown(Duration limit) {
      shut = true;
      long until = scheduler.time().nanoTime() + limit.toNanos();
      SimulatedThread self = Carrier.current();
      if (self != null) {
        waiting.add(self);
      }
      while (!workers.isEmpty() && scheduler.time().nanoTime() < until) {
        scheduler.park(until - scheduler.time().nanoTime());
        if (Thread.currentThread().isInterrupted()) {
          break;
        }
      }
      boolean finished = workers.isEmpty();
      queue.clear();
      workers.forEach(SimulatedThread::interrupt);
      return finished;
    }
  }
}
