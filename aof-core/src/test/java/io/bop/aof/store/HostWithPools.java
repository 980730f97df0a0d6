package io.bop.aof.store;

import io.bop.aof.io.Disk;
import io.bop.aof.io.Entropy;
import io.bop.aof.io.Host;
import io.bop.aof.io.Threads;
import io.bop.aof.io.Time;
import java.util.function.BiFunction;

/**
 * A machine whose pools of workers are what a test makes of them.
 *
 * @param pools gets name and pool, and gives the one to use
 */
record HostWithPools(Host machine, BiFunction<String, Threads.WorkerPool, Threads.WorkerPool> pools)
    implements Host, Threads {

  @Override
  public WorkerPool pool(String name, int size) {
    return pools.apply(name, machine.threads().pool(name, size));
  }

  @Override
  public Timer schedule(long delayNanos, Runnable task) {
    return machine.threads().schedule(delayNanos, task);
  }

  @Override
  public void park(Object blocker, long nanos) {
    machine.threads().park(blocker, nanos);
  }

  @Override
  public void parkForSignal(Object blocker, long nanos) {
    machine.threads().parkForSignal(blocker, nanos);
  }

  @Override
  public void unpark(Thread thread) {
    machine.threads().unpark(thread);
  }

  @Override
  public void sleep(long nanos) throws InterruptedException {
    machine.threads().sleep(nanos);
  }

  @Override
  public Threads threads() {
    return this;
  }

  @Override
  public Disk disk() {
    return machine.disk();
  }

  @Override
  public Time time() {
    return machine.time();
  }

  @Override
  public Entropy entropy() {
    return machine.entropy();
  }

  @Override
  public long processId() {
    return machine.processId();
  }
}
