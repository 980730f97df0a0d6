package io.bop.aof.spring.boot.test;

import io.bop.aof.testkit.objectstore.FaultyObjectStore;
import io.bop.aof.testkit.objectstore.MemoryBucket;
import io.bop.aof.testkit.simulation.DiskHost;
import io.bop.aof.testkit.simulation.SimulatedDisk;

/** Where the store of a test lives. */
public enum AofMachine {
  /**
   * In a temporary directory, which is deleted with the context. Tier 2 is as the properties say: a
   * folder below it, or a bucket in a container.
   */
  DIRECTORY,

  /**
   * On a simulated disk, with a bucket in memory. The context has beans that break them: {@link
   * SimulatedDisk} and {@link FaultyObjectStore}, and for looking at what is there {@link DiskHost}
   * and {@link MemoryBucket}. Nothing touches a real file. Faults end with each test method.
   */
  SIMULATED
}
