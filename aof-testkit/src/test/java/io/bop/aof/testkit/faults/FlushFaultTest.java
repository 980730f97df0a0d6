package io.bop.aof.testkit.faults;

import static io.bop.aof.testkit.faults.SimulatedStore.append;
import static io.bop.aof.testkit.faults.SimulatedStore.payload;
import static io.bop.aof.testkit.faults.SimulatedStore.verify;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bop.aof.AofException;
import io.bop.aof.AofStream;
import io.bop.aof.AppendRequest;
import io.bop.aof.AppendResult;
import io.bop.aof.BackpressureKind;
import io.bop.aof.Durability;
import io.bop.aof.FlushFailedException;
import io.bop.aof.ReadOptions;
import io.bop.aof.SegmentState;
import io.bop.aof.StreamSnapshot;
import io.bop.aof.testkit.Property;
import io.bop.aof.testkit.SeededRandom;
import io.bop.aof.testkit.simulation.DiskGoneError;
import io.bop.aof.testkit.simulation.DiskOperation;
import io.bop.aof.testkit.simulation.DiskOperation.Kind;
import io.bop.aof.testkit.simulation.SimulatedDisk;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The first failed force of a segment, and what follows from it. */
@Timeout(120)
class FlushFaultTest {

  private static final int SIZE = 1_000;

  private final SimulatedStore simulated = new SimulatedStore(1, UnaryOperator.identity());

  @AfterEach
  void close() {
    simulated.store().close();
  }

  /* Forces of slots, in order. */
  private List<DiskOperation> traceForces() {
    List<DiskOperation> forces = new CopyOnWriteArrayList<>();
    simulated
        .disk()
        .onOperation(
            operation -> {
              boolean force =
                  operation.kind() == Kind.FORCE || operation.kind() == Kind.FORCE_MAPPED;
              if (force && SimulatedStore.isSlot(operation.path())) {
                forces.add(operation);
              }
            });
    return forces;
  }

  private void failOneForce() {
    simulated.disk().faults().on(Kind.FORCE_MAPPED).where(SimulatedStore::isSlot).fail();
  }

  private Path failedFile() {
    return simulated.disk().faults().hits().get(0).path();
  }

  private static StreamSnapshot.Segment firstSegment(AofStream stream) {
    return stream.snapshot().segments().get(0);
  }

  @Test
  void writesTheSegmentToAnotherSlotAndNeverForcesTheFirstOneAgain() {
    AofStream stream = simulated.stream();
    append(stream, 20, SIZE);
    List<DiskOperation> forces = traceForces();
    failOneForce();
    append(stream, 40, SIZE);
    assertThat(simulated.disk().faults().hits()).hasSize(1);
    assertThat(stream.durableOffset()).isEqualTo(40);
    assertThat(stream.snapshot().failure()).isNull();
    assertThat(verify(stream)).isEqualTo(40);
    assertThat(forces.stream().filter(force -> force.path().equals(failedFile()))).hasSize(1);
    SimulatedStore.await(
        "the first slot is set aside once the manifest names the other one",
        () -> !simulated.quarantined().isEmpty());
    assertThat(simulated.quarantined().get(0).getFileName()).isEqualTo(failedFile().getFileName());
    assertThat(simulated.disk().files()).doesNotContain(failedFile());
    assertThat(firstSegment(stream).state()).isNotEqualTo(SegmentState.ACTIVE);
    assertThat(firstSegment(stream).nextOffset()).isEqualTo(21);
    simulated.crash(7);
    assertThat(verify(simulated.stream())).isEqualTo(40);
    append(simulated.stream(), 50, SIZE);
  }

  @Test
  void laterRecordsAreAcknowledgedOnlyWhenTheCopyIsDurable() throws Exception {
    AofStream stream = simulated.stream();
    append(stream, 20, SIZE);
    CountDownLatch copyMayGoOn = new CountDownLatch(1);
    CountDownLatch copyBegan = new CountDownLatch(1);
    failOneForce();
    simulated
        .disk()
        .onOperation(
            operation -> {
              List<DiskOperation> hits = simulated.disk().faults().hits();
              if (operation.kind() == Kind.FORCE_MAPPED
                  && !hits.isEmpty()
                  && !operation.path().equals(hits.get(0).path())) {
                copyBegan.countDown();
                awaitQuietly(copyMayGoOn);
              }
            });
    CompletableFuture<AppendResult.Appended> broken =
        stream.appendAsync(AppendRequest.of(payload(20, SIZE)));
    assertThat(copyBegan.await(10, TimeUnit.SECONDS)).isTrue();
    CompletableFuture<AppendResult.Appended> later =
        stream.appendAsync(AppendRequest.of(payload(21, SIZE)));
    long inMemory = stream.append(memory(22)).offset();
    assertThat(inMemory).isEqualTo(22);
    assertThat(
            verify(stream, ReadOptions.defaults().withVisibility(ReadOptions.Visibility.COMMITTED)))
        .isEqualTo(23);
    assertThat(stream.durableOffset()).isEqualTo(20);
    assertThat(broken).isNotDone();
    assertThat(later).isNotDone();
    copyMayGoOn.countDown();
    assertThat(broken.get(10, TimeUnit.SECONDS).offset()).isEqualTo(20);
    assertThat(later.get(10, TimeUnit.SECONDS).offset()).isEqualTo(21);
    stream.flush();
    simulated.crash(3);
    assertThat(verify(simulated.stream())).isEqualTo(23);
  }

  private static AppendRequest memory(long number) {
    return AppendRequest.builder(payload(number, SIZE)).durability(Durability.MEMORY).build();
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void writesTheSegmentAnewWhenOnlyItsFooterCannotBeForced() {
    AofStream stream = simulated.stream();
    append(stream, 20, SIZE);
    List<DiskOperation> forces = traceForces();
    failOneForce();
    stream.seal();
    assertThat(forces.stream().filter(force -> force.path().equals(failedFile()))).hasSize(1);
    append(stream, 30, SIZE);
    simulated.crash(11);
    assertThat(verify(simulated.stream())).isEqualTo(30);
  }

  @Test
  void refusesAppendsWhenTheCopyFailsTooAndAReopenHeals() {
    AofStream stream = simulated.stream();
    append(stream, 20, SIZE);
    simulated.disk().faults().on(Kind.FORCE_MAPPED).where(SimulatedStore::isSlot).lasting().fail();
    assertThatThrownBy(() -> stream.append(payload(20, SIZE)))
        .isInstanceOf(FlushFailedException.class)
        .hasMessageContaining("durableOffset=20");
    assertThatThrownBy(() -> stream.append(payload(21, SIZE)))
        .isInstanceOf(FlushFailedException.class);
    assertThatThrownBy(stream::flush).isInstanceOf(FlushFailedException.class);
    AppendResult refused = stream.tryAppend(payload(21, SIZE));
    assertThat(refused).isInstanceOf(AppendResult.Refused.class);
    assertThat(((AppendResult.Refused) refused).kind()).isEqualTo(BackpressureKind.FLUSH);
    assertThat(stream.snapshot().failure()).contains("flush failed");
    assertThat(simulated.store().snapshot().backpressure().get(BackpressureKind.FLUSH).refusals())
        .isPositive();
    assertThat(verify(stream)).isEqualTo(20);
    assertThatThrownBy(simulated.store()::close)
        .isInstanceOf(AofException.class)
        .hasMessageContaining("could not be made durable")
        .hasMessageContaining("durable=20");
    simulated.disk().faults().heal();
    simulated.restart();
    assertThat(simulated.stream().snapshot().failure()).isNull();
    assertThat(verify(simulated.stream())).isEqualTo(21);
    append(simulated.stream(), 40, SIZE);
    simulated.crash(5);
    assertThat(verify(simulated.stream())).isEqualTo(40);
  }

  /* The pages of a failed force are in memory, clean, and not on the disk. */
  @Test
  void aRestartWritesAgainWhatAFailedForceLeftInMemoryOnly() {
    AofStream stream = simulated.stream();
    append(stream, 20, SIZE);
    simulated.disk().faults().on(Kind.FORCE_MAPPED).where(SimulatedStore::isSlot).lasting().fail();
    for (long n = 20; n < 40; n++) {
      try {
        stream.append(memory(n));
      } catch (FlushFailedException e) {
        break;
      }
    }
    assertThatThrownBy(stream::flush).isInstanceOf(FlushFailedException.class);
    simulated.restart();
    long kept = verify(simulated.stream());
    assertThat(kept).isGreaterThan(20);
    simulated.crash(9);
    assertThat(verify(simulated.stream())).isEqualTo(kept);
  }

  // ---- a stop at every step

  @Test
  void losesNothingWhateverStepOfTheCopyIsTheLastOne() throws Exception {
    long steps = stepsOfACopy();
    assertThat(steps).isGreaterThan(10);
    for (long step = 1; step <= steps; step++) {
      stopAt(step, new SeededRandom(step), false);
      stopAt(step, new SeededRandom(step), true);
    }
  }

  private static long stepsOfACopy() {
    SimulatedStore fresh = new SimulatedStore(1, UnaryOperator.identity());
    append(fresh.stream(), 20, SIZE);
    long before = fresh.disk().operations();
    fresh.disk().faults().on(Kind.FORCE_MAPPED).where(SimulatedStore::isSlot).fail();
    append(fresh.stream(), 25, SIZE);
    SimulatedStore.await("the copy is made", () -> !fresh.quarantined().isEmpty());
    long steps = fresh.disk().operations() - before;
    fresh.store().close();
    return steps;
  }

  private static void stopAt(long step, SeededRandom random, boolean restart) throws Exception {
    SimulatedStore fresh =
        new SimulatedStore(step, config -> config.appendTimeout(Duration.ofMillis(500)));
    append(fresh.stream(), 20, SIZE);
    SimulatedDisk disk = fresh.disk();
    AtomicLong left = new AtomicLong(step);
    AtomicReference<@Nullable SimulatedDisk> next = new AtomicReference<>();
    disk.faults().on(Kind.FORCE_MAPPED).where(SimulatedStore::isSlot).fail();
    disk.onOperation(
        operation -> {
          if (left.decrementAndGet() == 0) {
            next.set(restart ? disk.restart() : disk.crash(random.nextLong()));
          }
        });
    List<CompletableFuture<AppendResult.Appended>> appends = new ArrayList<>();
    try {
      AofStream stream = fresh.stream();
      for (long n = 20; n < 25; n++) {
        appends.add(stream.appendAsync(AppendRequest.of(payload(n, SIZE))));
      }
      SimulatedStore.await(
          "the copy is made", () -> next.get() != null || !fresh.quarantined().isEmpty());
      if (next.get() == null) {
        fresh.store().close();
      }
    } catch (DiskGoneError | AofException e) {
      // Nobody makes a slot ready any more, for one.
      assertThat(e).isNotNull();
    }
    long acknowledged = 20 + appends.stream().filter(FlushFaultTest::isAcknowledged).count();
    SimulatedDisk survivor = next.get();
    if (survivor == null) {
      return;
    }
    fresh.continueOn(survivor);
    assertThat(verify(fresh.stream())).as("step %d", step).isBetween(acknowledged, 25L);
    append(fresh.stream(), 40, SIZE);
    fresh.crash(random.nextLong());
    assertThat(verify(fresh.stream())).as("step %d", step).isEqualTo(40);
    fresh.store().close();
  }

  private static boolean isAcknowledged(CompletableFuture<?> append) {
    return append.isDone() && !append.isCompletedExceptionally();
  }

  // ---- at random

  @Test
  void losesNothingWhateverForceFails() {
    Property.forAll("acknowledged records survive failed forces", 20, FlushFaultTest::failAtRandom);
  }

  private static void failAtRandom(SeededRandom random) {
    SimulatedStore fresh = new SimulatedStore(random.nextLong(), UnaryOperator.identity());
    long acknowledged = 0;
    for (int boot = 0; boot < 3; boot++) {
      AofStream stream = fresh.stream();
      fresh
          .disk()
          .faults()
          .onForce()
          .where(SimulatedStore::isSlot)
          .randomly(random.nextLong(), 0.05)
          .lasting()
          .fail();
      int records = random.nextInt(300);
      try {
        for (int n = 0; n < records; n++) {
          stream.append(payload(acknowledged, 10_000));
          acknowledged++;
        }
      } catch (FlushFailedException e) {
        // Whoever waited is told a moment before the stream refuses others.
        SimulatedStore.await("the stream refuses", () -> stream.snapshot().failure() != null);
      }
      if (random.oneIn(2)) {
        fresh.crash(random.nextLong());
      } else {
        fresh.restart();
      }
      long found = verify(fresh.stream());
      assertThat(found).isGreaterThanOrEqualTo(acknowledged);
      acknowledged = found;
    }
    fresh.store().close();
  }
}
