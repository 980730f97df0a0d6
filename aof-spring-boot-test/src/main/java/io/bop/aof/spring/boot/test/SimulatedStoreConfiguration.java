package io.bop.aof.spring.boot.test;

import io.bop.aof.AofConfig;
import io.bop.aof.AofStore;
import io.bop.aof.store.Engine;
import io.bop.aof.testkit.Property;
import io.bop.aof.testkit.objectstore.FaultyObjectStore;
import io.bop.aof.testkit.objectstore.MemoryBucket;
import io.bop.aof.testkit.simulation.DiskHost;
import io.bop.aof.testkit.simulation.SimulatedDisk;
import java.time.Duration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** A store on a simulated disk and a bucket in memory. */
@Configuration(proxyBeanMethods = false)
class SimulatedStoreConfiguration {

  /** The same in each run, unless a seed is asked for. */
  private static final long SEED = 1;

  @Bean
  DiskHost aofTestMachine() {
    return new DiskHost(Long.getLong(Property.SEED, SEED));
  }

  @Bean
  SimulatedDisk aofTestDisk(DiskHost machine) {
    return machine.simulatedDisk();
  }

  @Bean
  MemoryBucket aofTestBucket() {
    return new MemoryBucket();
  }

  /** Closed by the store. */
  @Bean(destroyMethod = "")
  FaultyObjectStore aofTestObjects(DiskHost machine, MemoryBucket bucket) {
    long seed = Long.getLong(Property.SEED, SEED);
    return new FaultyObjectStore(machine, bucket.on(machine, Duration.ZERO), seed);
  }

  @Bean(destroyMethod = "close")
  AofStore aofStore(AofConfig config, DiskHost machine, FaultyObjectStore objects) {
    return Engine.open(config, machine, objects);
  }
}
