package io.bop.aof.testkit.restore;

import static io.bop.aof.testkit.restore.BucketMachine.LONG_ENOUGH;
import static io.bop.aof.testkit.restore.BucketMachine.ROOT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bop.aof.AofConfig;
import io.bop.aof.AofException;
import io.bop.aof.AofStore;
import io.bop.aof.AofStream;
import io.bop.aof.Tier2Type;
import io.bop.aof.format.ObjectKeys;
import io.bop.aof.store.Engine;
import io.bop.aof.testkit.objectstore.Fault;
import io.bop.aof.testkit.objectstore.FaultyObjectStore;
import io.bop.aof.testkit.objectstore.MemoryBucket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tier 2 is not what the store believes: another one, an empty one, one that came late. */
@Timeout(120)
class Tier2ClaimTest {

  private static final Duration LATENCY = Duration.ofMillis(5);
  private static final String FIRST_CHUNK = "manifest/00000000000000000000.mlog";

  private final MemoryBucket bucket = new MemoryBucket();
  private final List<BucketMachine> machines = new ArrayList<>();

  private BucketMachine machine(long seed, UnaryOperator<AofConfig.Builder> settings) {
    BucketMachine machine = new BucketMachine(seed, bucket, settings);
    machines.add(machine);
    return machine;
  }

  private BucketMachine machine(long seed) {
    return machine(seed, builder -> builder);
  }

  private static AofConfig.Builder mayBeAway(AofConfig.Builder builder) {
    return builder.tier2(t -> t.withCheckAtStartup(false));
  }

  @AfterEach
  void release() {
    machines.forEach(BucketMachine::close);
  }

  private static FaultyObjectStore on(BucketMachine machine, MemoryBucket there) {
    return new FaultyObjectStore(machine.host(), there.on(machine.host(), LATENCY), 1);
  }

  private static AofStore open(BucketMachine machine, FaultyObjectStore objects) {
    return machine.call(() -> Engine.open(machine.config(), machine.host(), objects));
  }

  /** How many records another machine restores from the bucket. */
  private long restoredEnd(long seed) {
    BucketMachine next = machine(seed);
    return next.verify(next.stream(next.restore(), "s"), 0, 0);
  }

  @Test
  void anEmptyPlaceIsNotTakenForTheOneThatHasTheArchive() {
    BucketMachine machine = machine(1);
    AofStream stream = machine.stream(machine.open(), "s");
    machine.append(stream, 50);
    machine.archive(stream);
    machine.crash(2);

    MemoryBucket empty = new MemoryBucket();
    assertThatThrownBy(() -> open(machine, on(machine, empty)))
        .isInstanceOf(AofException.class)
        .hasMessageContaining("tier 2 is not the one that this store had")
        .hasMessageContaining("missing=" + FIRST_CHUNK)
        .hasMessageContaining("action=");
    assertThat(empty.keys()).isEmpty();

    AofStream again = machine.stream(machine.open(), "s");
    machine.append(again, 60);
    machine.archive(again);
    assertThat(restoredEnd(3)).isEqualTo(60);
  }

  @Test
  void anIdentityThatWasLostIsWrittenAgainBesideTheChain() {
    BucketMachine machine = machine(1);
    AofStream stream = machine.stream(machine.open(), "s");
    machine.append(stream, 50);
    machine.archive(stream);
    machine.crash(2);
    assertThat(bucket.lose("store.json")).isTrue();

    machine.open();
    assertThat(restoredEnd(3)).isEqualTo(50);
  }

  @Test
  void aChainWhoseBeginningWasDroppedWithoutTier2IsNotContinuedInOne() {
    BucketMachine machine = machine(1, b -> manyChunks(b).tier2(t -> t.withType(Tier2Type.NONE)));
    AofStore alone = machine.openAlone();
    for (int n = 0; n < 40; n++) {
      machine.stream(alone, "s" + n);
    }
    machine.run(LONG_ENOUGH);
    close(machine, alone);
    assertThat(machine.host().simulatedDisk().files()).doesNotContain(ROOT.resolve(FIRST_CHUNK));

    assertThatThrownBy(machine::open)
        .isInstanceOf(AofException.class)
        .hasMessageContaining("tier 2 is not the one that this store had");
    assertThat(bucket.keys()).isEmpty();
    assertThat(machine.openAlone().streamNames()).hasSize(40);
  }

  @Test
  void aLostChunkThatWasThereKeepsNobodyOut() {
    BucketMachine machine = machine(1, Tier2ClaimTest::manyChunks);
    AofStore store = machine.open();
    addStreams(machine, store, "s");
    close(machine, store);
    assertThat(bucket.lose(newestDropped(machine))).isTrue();

    AofStream stream = machine.stream(machine.open(), "s0");
    machine.append(stream, 20);
    machine.archive(stream);
    assertThat(stream.archivedOffset()).isEqualTo(20);
  }

  @Test
  void chunksThatWereNeverSentAreMissedInTheOwnBucketToo() {
    BucketMachine machine = machine(1, b -> manyChunks(b).tier2(t -> t.withType(Tier2Type.NONE)));
    AofStore store = machine.open();
    addStreams(machine, store, "s");
    close(machine, store);
    AofStore alone = machine.openAlone();
    addStreams(machine, alone, "t");
    close(machine, alone);

    assertThatThrownBy(machine::open)
        .isInstanceOf(AofException.class)
        .hasMessageContaining("tier 2 is not the one that this store had")
        .hasMessageContaining("missing=" + newestDropped(machine));
    assertThat(machine.openAlone().streamNames()).hasSize(80);
  }

  private static AofConfig.Builder manyChunks(AofConfig.Builder builder) {
    return builder.manifest(m -> m.withSnapshotEvery(5));
  }

  private static void addStreams(BucketMachine machine, AofStore store, String name) {
    for (int n = 0; n < 40; n++) {
      machine.stream(store, name + n);
      machine.run(LONG_ENOUGH);
    }
  }

  private static void close(BucketMachine machine, AofStore store) {
    machine.call(
        () -> {
          store.close();
          return true;
        });
  }

  /** The chunk before the oldest one that the root still has. */
  private static String newestDropped(BucketMachine machine) {
    String before = "";
    for (int index = 0; index < 200; index++) {
      String key = ObjectKeys.manifestChunk(index);
      if (machine.host().simulatedDisk().files().contains(ROOT.resolve(key))) {
        break;
      }
      before = key;
    }
    assertThat(before).as("a chunk that the root has dropped").isNotEmpty();
    return before;
  }

  @Test
  void aNewStoreTakesABucketThatWasAwayWhenItBegan() {
    BucketMachine machine = machine(1, Tier2ClaimTest::mayBeAway);
    FaultyObjectStore objects = on(machine, bucket).down(Fault.UNREACHABLE);
    AofStream stream = machine.stream(open(machine, objects), "s");
    machine.append(stream, 30);
    objects.heal();
    machine.archive(stream);

    assertThat(restoredEnd(2)).isEqualTo(30);
  }

  @Test
  void aBucketOfAnotherStoreThatWasAwayGetsNoChunk() {
    BucketMachine owner = machine(1);
    AofStream owned = owner.stream(owner.open(), "s");
    owner.append(owned, 20);
    owner.archive(owned);

    BucketMachine stranger = machine(2, Tier2ClaimTest::mayBeAway);
    FaultyObjectStore objects = on(stranger, bucket).down(Fault.UNREACHABLE);
    AofStream stream = stranger.stream(open(stranger, objects), "s");
    stranger.append(stream, 10, 2);
    objects.heal();
    stranger.call(
        () -> {
          stream.seal();
          return true;
        });
    stranger.run(LONG_ENOUGH);
    stranger.append(stream, 20, 2);

    assertThat(stream.archivedOffset()).isZero();
    assertThat(stranger.host().simulatedDisk().files()).doesNotContain(ROOT.resolve("fenced"));
    assertThat(owner.appendArchived(owned, 0)).isEqualTo(20);
    assertThat(restoredEnd(3)).isEqualTo(21);
  }

  @Test
  void anOpenIsNotBoundByTheTimeThatAnAppendMayTake() {
    BucketMachine machine = machine(1, builder -> builder.appendTimeout(Duration.ofMillis(100)));
    machine.host().forcesTake(Duration.ofSeconds(1));
    AofStore store = machine.open();
    machine.host().forcesTake(Duration.ZERO);
    AofStream stream = machine.stream(store, "s");
    machine.append(stream, 5);
    assertThat(machine.verify(stream, 0, 0)).isEqualTo(5);
  }
}
