package io.bop.aof.testkit.damage;

import io.bop.aof.io.Host;
import io.bop.aof.io.Threads;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * Pools that borrow their threads from all stores of this process, so that opening a store costs no
 * thread. Thread-safe.
 */
final class SharedThreads implements Threads {

  private static final ExecutorService ALL =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "shared");
            thread.setDaemon(true);
            return thread;
          });

  private final Threads system = Host.system().threads();

  @Override
  public WorkerPool pool(String name, int size) {
    return new Borrowing(size);
  }

  @Override
  public Timer schedule(long delayNanos, Runnable task) {
    return system.schedule(delayNanos, task);
  }

  @Override
  public void park(Object blocker, long nanos) {
    system.park(blocker, nanos);
  }

  @Override
  public void parkForSignal(Object blocker, long nanos) {
    system.parkForSignal(blocker, nanos);
  }

  @Override
  public void unpark(Thread thread) {
    system.unpark(thread);
  }

  @Override
  public void sleep(long nanos) throws InterruptedException {
    system.sleep(nanos);
  }

  private static final class Borrowing implements WorkerPool {
    private final int size;
    private final Queue<Runnable> queue = new ArrayDeque<>();
    private int working;
    private boolean closed;

    Borrowing(int size) {
      this.size = size;
    }

    @Override
    public synchronized void execute(Runnable task) {
      if (closed) {
        return;
      }
      queue.add(task);
      if (working < size) {
        working++;
        ALL.execute(this::work);
      }
    }

    private void work() {
      for (Runnable task = next(); task != null; task = next()) {
        try {
          task.run();
        } catch (Throwable e) {
          System.out.println("task failed: " + e);
        }
      }
    }

    private synchronized @Nullable Runnable next() {
      Runnable task = queue.poll();
      if (task == null) {
        working--;
        notifyAll();
      }
      return task;
    }

    @Override
    public int size() {
      return size;
    }

    @Override
    public synchronized boolean shutdown(Duration limit) {
      closed = true;
      long deadline = System.nanoTime() + limit.toNanos();
      try {
        while (working > 0 && System.nanoTime() < deadline) {
          wait(100);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return working == 0;
    }
  }
}
