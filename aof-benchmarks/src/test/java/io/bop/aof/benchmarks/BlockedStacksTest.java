package io.bop.aof.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.bop.aof.benchmarks.BlockedStacks.Where;
import io.bop.aof.benchmarks.BlockedStacks.Why;
import java.util.List;
import org.junit.jupiter.api.Test;

class BlockedStacksTest {

  private static final String HARNESS = "io.bop.aof.benchmarks.LockProfile.appendUntil:1";

  @Test
  void tellsLocksFromWaits() {
    String park = "java.util.concurrent.locks.LockSupport.park:1";
    String acquire = "java.util.concurrent.locks.AbstractQueuedSynchronizer.acquire:1";
    String await = "java.util.concurrent.locks.AbstractQueuedSynchronizer$ConditionObject.await:1";

    assertThat(BlockedStacks.whyOf("jdk.JavaMonitorEnter", List.of(HARNESS))).isEqualTo(Why.LOCK);
    assertThat(BlockedStacks.whyOf("jdk.ThreadPark", List.of(park, acquire, HARNESS)))
        .isEqualTo(Why.LOCK);
    assertThat(BlockedStacks.whyOf("jdk.ThreadPark", List.of(park, acquire, await)))
        .isEqualTo(Why.WAIT);
    assertThat(BlockedStacks.whyOf("jdk.ThreadPark", List.of(park, HARNESS))).isEqualTo(Why.WAIT);
  }

  @Test
  void tellsAppendsFromReadsAndBackground() {
    assertThat(
            BlockedStacks.whereOf(
                List.of("x.Park.park:1", "io.bop.aof.t.A.b:1", "io.bop.aof.s.S.append:2", HARNESS)))
        .isEqualTo(Where.APPEND);
    assertThat(BlockedStacks.whereOf(List.of("x.Park.park:1", "io.bop.aof.read.R.poll:1", HARNESS)))
        .isEqualTo(Where.READ);
    assertThat(BlockedStacks.whereOf(List.of("x.Park.park:1", "io.bop.aof.t.A.append:1")))
        .isEqualTo(Where.BACKGROUND);
    assertThat(BlockedStacks.whereOf(List.of("x.Park.park:1", HARNESS))).isEqualTo(Where.OUTSIDE);
  }
}
