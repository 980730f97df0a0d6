package io.bop.aof.spring.boot.test.shop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bop.aof.AppendResult.Appended;
import io.bop.aof.Durability;
import io.bop.aof.FlushFailedException;
import io.bop.aof.spring.boot.test.AofMachine;
import io.bop.aof.spring.boot.test.AofTest;
import io.bop.aof.spring.core.AofTemplate;
import io.bop.aof.testkit.objectstore.Fault;
import io.bop.aof.testkit.objectstore.FaultyObjectStore;
import io.bop.aof.testkit.objectstore.FaultyObjectStore.ObjectCall;
import io.bop.aof.testkit.objectstore.MemoryBucket;
import io.bop.aof.testkit.simulation.DiskOperation.Kind;
import io.bop.aof.testkit.simulation.SimulatedDisk;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.annotation.Autowired;

/** A slice on a machine that is broken on purpose. */
@AofTest(machine = AofMachine.SIMULATED)
@TestMethodOrder(OrderAnnotation.class)
@Timeout(120)
class SimulatedSliceTest {

  @Autowired private AofTemplate aof;
  @Autowired private SimulatedDisk disk;
  @Autowired private FaultyObjectStore objects;
  @Autowired private MemoryBucket bucket;

  private CompletableFuture<Appended> archived(String stream) {
    return aof.newAppend("payload").toStream(stream).durability(Durability.ARCHIVED).appendAsync();
  }

  @Test
  @Order(1)
  void bucketIsAwayAndComesBack() throws Exception {
    objects.down(Fault.UNREACHABLE);
    int before = objects.calls(ObjectCall.PUT);
    CompletableFuture<Appended> appended = archived("away");
    aof.append("away", "others go on");
    Awaitility.await().until(() -> objects.calls(ObjectCall.PUT) > before);
    assertThat(appended).isNotDone();

    objects.heal();

    assertThat(appended.get(60, TimeUnit.SECONDS).durability()).isEqualTo(Durability.ARCHIVED);
    assertThat(bucket.keys()).anyMatch(key -> key.startsWith("segments/"));
  }

  @Test
  @Order(2)
  void faultsAreLeftBehind() {
    objects.down(Fault.UNREACHABLE);
    disk.faults().on(Kind.FORCE_MAPPED).lasting().fail();
    assertThatThrownBy(() -> aof.append("doomed", "payload"))
        .isInstanceOf(FlushFailedException.class);
  }

  @Test
  @Order(3)
  void nextTestHasASoundMachine() throws Exception {
    assertThat(archived("sound").get(60, TimeUnit.SECONDS).durability())
        .isEqualTo(Durability.ARCHIVED);
    assertThat(Path.of("/aof")).doesNotExist();
  }
}
