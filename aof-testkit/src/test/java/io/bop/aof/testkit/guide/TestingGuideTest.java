package io.bop.aof.testkit.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bop.aof.AofConfig;
import io.bop.aof.AofStore;
import io.bop.aof.AppendRequest;
import io.bop.aof.BackpressureException;
import io.bop.aof.Durability;
import io.bop.aof.FlushFailedException;
import io.bop.aof.StorageFullException;
import io.bop.aof.objectstore.ObjectStoreException.Reason;
import io.bop.aof.store.Engine;
import io.bop.aof.testkit.SeededRandom;
import io.bop.aof.testkit.junit.AofFaults;
import io.bop.aof.testkit.objectstore.Fault;
import io.bop.aof.testkit.objectstore.FaultyObjectStore;
import io.bop.aof.testkit.objectstore.FaultyObjectStore.ObjectCall;
import io.bop.aof.testkit.objectstore.MemoryBucket;
import io.bop.aof.testkit.simulation.DiskHost;
import io.bop.aof.testkit.simulation.DiskOperation.Kind;
import io.bop.aof.testkit.simulation.ProcessEndedError;
import io.bop.aof.testkit.simulation.SimulatedDisk;
import io.bop.aof.testkit.simulation.SimulatedHost;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The code that docs/guides/testing.md shows. */
class TestingGuideTest {

  private static final AofConfig CONFIG =
      AofConfig.builder(Path.of("/data/store"))
          .maxRecordSize(64 * 1024)
          .segment(segment -> segment.withMaxSize(segment.minSize()))
          .build();

  @AofFaults(seeds = 20)
  void placedOrdersSurviveAPowerFailure(DiskHost machine, SeededRandom random) {
    List<String> placed = new ArrayList<>();
    Orders orders = new Orders(Engine.open(CONFIG, machine));
    for (int i = random.nextInt(100); i > 0; i--) {
      orders.place("order " + i);
      placed.add("order " + i);
    }

    DiskHost next = machine.crash(random.nextLong());

    try (AofStore store = Engine.open(CONFIG, next)) {
      assertThat(new Orders(store).all()).isEqualTo(placed);
    }
  }

  @AofFaults(seeds = 20)
  void placedOrdersSurviveTheEndOfTheProcessAtAnyMoment(
      SimulatedHost machine, SeededRandom random) {
    List<String> placed = new ArrayList<>();
    machine.endAfterOperations(random.nextInt(1_000));
    try {
      machine.call(() -> placeUntilTheEnd(machine, placed));
    } catch (ProcessEndedError e) {
      // As planned.
    }

    long seed = random.nextLong();
    SimulatedHost next = random.oneIn(2) ? machine.crash(seed) : machine.kill(seed);

    List<String> found = next.call(() -> new Orders(Engine.open(CONFIG, next)).all());
    assertThat(found.size()).isBetween(placed.size(), placed.size() + 1);
    assertThat(found.subList(0, placed.size())).isEqualTo(placed);
  }

  private static Void placeUntilTheEnd(SimulatedHost machine, List<String> placed) {
    Orders orders = new Orders(Engine.open(CONFIG, machine));
    while (true) {
      String order = "order " + placed.size();
      orders.place(order);
      placed.add(order);
    }
  }

  @AofFaults(seeds = 5)
  void orderThatCouldNotBeForcedIsRefusedAndNothingIsLost(DiskHost machine) {
    Orders orders = new Orders(Engine.open(CONFIG, machine));
    orders.place("first");
    machine.simulatedDisk().faults().on(Kind.FORCE_MAPPED).lasting().fail();

    assertThatThrownBy(() -> orders.place("second")).isInstanceOf(FlushFailedException.class);

    DiskHost next = machine.kill(1);
    try (AofStore store = Engine.open(CONFIG, next)) {
      assertThat(new Orders(store).all()).startsWith("first");
    }
  }

  @AofFaults(seeds = 1)
  void ordersResumeWhenTheDiskHasRoomAgain(SimulatedHost machine) {
    SimulatedDisk disk = machine.simulatedDisk();
    Orders orders = machine.call(() -> new Orders(Engine.open(CONFIG, machine)));

    disk.capacity(disk.usedBytes());
    assertThatThrownBy(() -> machine.call(() -> placeMany(orders)))
        .isInstanceOfAny(StorageFullException.class, BackpressureException.class);

    disk.capacity(Long.MAX_VALUE);
    machine.runUntil(() -> false, Duration.ofSeconds(5));
    assertThat(machine.call(() -> placeMany(orders))).isTrue();
  }

  private static boolean placeMany(Orders orders) {
    for (int i = 0; i < 100; i++) {
      orders.place("x".repeat(50_000));
    }
    return true;
  }

  @AofFaults(seeds = 1)
  void archivedOrderIsThereOnceWhenTheAnswerOfTheBucketIsLost(SimulatedHost machine) {
    MemoryBucket bucket = new MemoryBucket();
    FaultyObjectStore objects =
        new FaultyObjectStore(machine, bucket.on(machine, Duration.ofMillis(20)), 1);
    AofStore store = machine.call(() -> Engine.open(CONFIG, machine, objects));
    objects.next(ObjectCall.PUT, new Fault.AnswerLost(Reason.UNAVAILABLE));

    byte[] order = "order".getBytes(StandardCharsets.UTF_8);
    AppendRequest archived = AppendRequest.builder(order).durability(Durability.ARCHIVED).build();
    machine.call(() -> store.stream("orders").append(archived));

    assertThat(machine.call(() -> new Orders(store).all())).containsExactly("order");
    assertThat(bucket.keys()).filteredOn(key -> key.startsWith("segments/")).hasSize(1);
  }
}
