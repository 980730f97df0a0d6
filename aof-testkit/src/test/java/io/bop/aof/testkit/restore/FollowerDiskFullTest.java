package io.bop.aof.testkit.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bop.aof.AofFollower;
import io.bop.aof.AofSnapshot;
import io.bop.aof.AofStream;
import io.bop.aof.EngineListener;
import io.bop.aof.StorageFullException;
import io.bop.aof.Tier;
import io.bop.aof.testkit.objectstore.MemoryBucket;
import io.bop.aof.testkit.simulation.SimulatedDisk;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A follower whose disk is full: it keeps nothing more, says so, reads on, and heals by itself. */
@Timeout(120)
class FollowerDiskFullTest {

  private static final int RECORDS = 400;
  private static final long RESERVE = 1024 * 1024;
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final String PLACE = BucketMachine.ROOT.resolve("tier1").toString();

  private final MemoryBucket bucket = new MemoryBucket();
  private final List<String> told = new ArrayList<>();
  private final EngineListener listener =
      new EngineListener() {
        @Override
        public void storageFull(String path, long neededBytes, long freeBytes) {
          assertThat(freeBytes).isLessThan(neededBytes);
          told.add("full " + path);
        }

        @Override
        public void storageAvailable(String path) {
          told.add("available " + path);
        }

        @Override
        public void failed(String stream, long segment, String operation, Throwable failure) {
          told.add("failed " + operation + " " + failure.getMessage());
        }
      };
  private final BucketMachine writing = new BucketMachine(1, bucket);
  private final BucketMachine reading =
      new BucketMachine(2, bucket, b -> b.reserveBytes(RESERVE).listener(listener));

  @AfterEach
  void release() {
    writing.close();
    reading.close();
  }

  private SimulatedDisk disk() {
    return reading.host().simulatedDisk();
  }

  private void write() {
    AofStream stream = writing.stream(writing.open(), "s");
    writing.append(stream, RECORDS);
    writing.archive(stream);
  }

  private void readSeveralTimes(AofFollower follower) {
    AofStream followed = reading.stream(follower, "s");
    for (int round = 0; round < 4; round++) {
      assertThat(reading.verify(followed, 0, 0)).isEqualTo(RECORDS);
      reading.run(SOON);
    }
  }

  private static long kept(AofFollower follower) {
    return follower.snapshot().tiers().get(Tier.TIER1).segments();
  }

  @Test
  void readsPastItsCacheAndKeepsSegmentsAgainWhenThereIsRoom() {
    write();
    AofFollower follower = reading.openFollower();
    disk().capacity(disk().usedBytes() + RESERVE + 1_000);
    readSeveralTimes(follower);

    assertThat(kept(follower)).isZero();
    assertThat(told).containsExactly("full " + PLACE);
    List<AofSnapshot.StorageFull> full = follower.snapshot().storageFull();
    assertThat(full).hasSize(1);
    assertThat(full.get(0).path()).isEqualTo(PLACE);
    assertThat(full.get(0).neededBytes()).isGreaterThan(RESERVE);
    assertThat(full.get(0).freeBytes()).isBetween(RESERVE, full.get(0).neededBytes());
    assertThat(full.get(0).refusesAppends()).isFalse();
    assertThat(follower.status().failure()).isNull();

    disk().capacity(Long.MAX_VALUE);
    reading.run(SOON);
    assertThat(told).containsExactly("full " + PLACE, "available " + PLACE);
    assertThat(follower.snapshot().storageFull()).isEmpty();
    readSeveralTimes(follower);
    assertThat(kept(follower)).isPositive();
  }

  @Test
  void fetchesNoSegmentThatItCannotKeep() {
    write();
    AofFollower follower = reading.openFollower();
    disk().capacity(disk().usedBytes() + RESERVE + 1_000);
    readSeveralTimes(follower);
    long before = follower.snapshot().tier2().bytesReceived();
    assertThat(reading.verify(reading.stream(follower, "s"), 0, 0)).isEqualTo(RECORDS);
    long once = follower.snapshot().tier2().bytesReceived() - before;
    readSeveralTimes(follower);
    long four = follower.snapshot().tier2().bytesReceived() - before - once;
    assertThat(four).isLessThanOrEqualTo(4 * once + once / 2);
  }

  @Test
  void closesWhileItsDiskIsFull() {
    write();
    AofFollower follower = reading.openFollower();
    disk().capacity(disk().usedBytes() + RESERVE);
    readSeveralTimes(follower);
    reading.call(
        () -> {
          follower.close();
          return true;
        });
    reading.run(SOON);
    assertThat(told).containsExactly("full " + PLACE);
  }

  @Test
  void doesNotOpenWithoutRoomAndSaysHowMuchItNeeds() {
    write();
    disk().capacity(0);
    assertThatThrownBy(reading::openFollower)
        .isInstanceOf(StorageFullException.class)
        .hasMessageContaining(BucketMachine.ROOT.toString())
        .hasMessageContaining("needed=" + RESERVE);
  }
}
