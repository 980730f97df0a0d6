package io.bop.aof.benchmarks;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.HdrHistogram.Histogram;

/** Runs the same work on some threads that start together, and adds up what they did. */
public final class ThreadTeam {

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final long HIGHEST_NANOS = 60_000_000_000L;
  private static final int DIGITS = 3;

  private ThreadTeam() {}

  /** What one thread of the team does. */
  @FunctionalInterface
  public interface Work {
    /**
     * Works until its share is done.
     *
     * @param thread number of the thread, from 0
     * @param latency takes nanoseconds of single operations, if the work measures them
     * @return operations done
     */
    long run(int thread, Histogram latency) throws Exception;
  }

  /** Measures the work without latencies. */
  public static Sample run(int threads, Work work) throws Exception {
    return run(threads, false, work);
  }

  /** Measures the work; its threads record a latency for each operation. */
  public static Sample runWithLatency(int threads, Work work) throws Exception {
    return run(threads, true, work);
  }

  /** A histogram that takes up to a minute and never grows. */
  public static Histogram histogram() {
    return new Histogram(1, HIGHEST_NANOS, DIGITS);
  }

  private static Sample run(int threads, boolean withLatency, Work work) throws Exception {
    CountDownLatch ready = new CountDownLatch(threads);
    CountDownLatch start = new CountDownLatch(1);
    List<FutureTask<Part>> parts = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      int thread = i;
      FutureTask<Part> part = new FutureTask<>(() -> one(thread, ready, start, work));
      parts.add(part);
      Thread worker = new Thread(part, "bench-" + i);
      worker.setDaemon(true);
      worker.start();
    }
    ready.await();
    long from = System.nanoTime();
    start.countDown();
    return sum(parts, from, withLatency);
  }

  private static Part one(int thread, CountDownLatch ready, CountDownLatch start, Work work)
      throws Exception {
    Histogram latency = histogram();
    ready.countDown();
    start.await();
    long allocatedBefore = THREADS.getCurrentThreadAllocatedBytes();
    long cpuBefore = THREADS.getCurrentThreadCpuTime();
    long operations = work.run(thread, latency);
    long end = System.nanoTime();
    long cpu = THREADS.getCurrentThreadCpuTime() - cpuBefore;
    long allocated = THREADS.getCurrentThreadAllocatedBytes() - allocatedBefore;
    return new Part(operations, end, cpu, allocated, latency);
  }

  private static Sample sum(List<FutureTask<Part>> parts, long from, boolean withLatency)
      throws Exception {
    long operations = 0;
    long cpu = 0;
    long allocated = 0;
    long end = from;
    Histogram latency = histogram();
    for (FutureTask<Part> future : parts) {
      Part part = resultOf(future);
      operations += part.operations;
      cpu += part.cpu;
      allocated += part.allocated;
      end = Math.max(end, part.end);
      latency.add(part.latency);
    }
    return new Sample(operations, end - from, cpu, allocated, withLatency ? latency : null);
  }

  private static Part resultOf(FutureTask<Part> future) throws Exception {
    try {
      return future.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Exception cause) {
        throw cause;
      }
      throw e;
    }
  }

  private record Part(long operations, long end, long cpu, long allocated, Histogram latency) {}
}
