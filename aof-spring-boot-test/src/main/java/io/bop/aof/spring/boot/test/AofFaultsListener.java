package io.bop.aof.spring.boot.test;

import io.bop.aof.testkit.objectstore.FaultyObjectStore;
import io.bop.aof.testkit.simulation.SimulatedDisk;
import org.springframework.context.ApplicationContext;
import org.springframework.test.context.TestContext;
import org.springframework.test.context.TestExecutionListener;

/** Ends the faults of each test, so that the next one on the same store has a sound machine. */
final class AofFaultsListener implements TestExecutionListener {

  AofFaultsListener() {}

  @Override
  public void afterTestMethod(TestContext testContext) {
    if (!testContext.hasApplicationContext()) {
      return;
    }
    ApplicationContext context = testContext.getApplicationContext();
    context.getBeanProvider(SimulatedDisk.class).ifAvailable(disk -> disk.faults().heal());
    context
        .getBeanProvider(FaultyObjectStore.class)
        .ifAvailable(objects -> objects.heal().release());
  }
}
