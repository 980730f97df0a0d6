package io.bop.aof.io;

import java.time.Duration;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Platform threads. Idle pools give their threads back. */
final class SystemThreads implements Threads {

  private static final Logger log = LoggerFactory.getLogger(SystemThreads.class);
  private static final long IDLE_SECONDS = 30;
  private static final long LONGEST_PARK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  /* One timer thread for all stores of this process; it runs only what enqueues. */
  private final ScheduledThreadPoolExecutor timer;

  SystemThreads() {
    timer = new ScheduledThreadPoolExecutor(1, factory("aof-timer"));
    timer.setRemoveOnCancelPolicy(true);
    timer.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
    timer.allowCoreThreadTimeOut(true);
  }

  private static ThreadFactory factory(String name) {
    AtomicInteger count = new AtomicInteger();
    return task -> {
      Thread thread = new Thread(task, name + "-" + count.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }

  @Override
  public WorkerPool pool(String name, int size) {
    return new SystemPool(name, size);
  }

  @Override
  public Timer schedule(long delayNanos, Runnable task) {
    ScheduledFuture<?> future =
        timer.schedule(guarded("aof-timer", task), delayNanos, TimeUnit.NANOSECONDS);
    return () -> future.cancel(false);
  }

  @Override
  public void park(Object blocker, long nanos) {
    LockSupport.parkNanos(blocker, nanos);
  }

  @Override
  public void parkForSignal(Object blocker, long nanos) {
    LockSupport.parkNanos(blocker, Math.min(nanos, LONGEST_PARK_NANOS));
  }

  @Override
  public void unpark(Thread thread) {
    LockSupport.unpark(thread);
  }

  @Override
  public void sleep(long nanos) throws InterruptedException {
    TimeUnit.NANOSECONDS.sleep(nanos);
  }

  private static Runnable guarded(String pool, Runnable task) {
    return () -> {
      try {
        task.run();
      } catch (Throwable failure) {
        log.error("task failed: pool={}", pool, failure);
      }
    };
  }

  /* The queue takes tasks without a lock: appenders hand work over too. */
  private static final class SystemPool implements WorkerPool {
    private final String name;
    private final ThreadPoolExecutor executor;

    SystemPool(String name, int size) {
      this.name = name;
      this.executor =
          new ThreadPoolExecutor(
              size,
              size,
              IDLE_SECONDS,
              TimeUnit.SECONDS,
              new LinkedTransferQueue<>(),
              factory(name));
      executor.allowCoreThreadTimeOut(true);
    }

    @Override
    public void execute(Runnable task) {
      try {
        executor.execute(guarded(name, task));
      } catch (RejectedExecutionException e) {
        log.debug("task dropped after shutdown: pool={}", name);
      }
    }

    @Override
    public int size() {
      return executor.getMaximumPoolSize();
    }

    @Override
    public boolean shutdown(Duration limit) {
      executor.shutdown();
      boolean finished = false;
      try {
        finished = executor.awaitTermination(limit.toNanos(), TimeUnit.NANOSECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      if (!finished) {
        executor.shutdownNow();
      }
      return finished;
    }
  }
}
