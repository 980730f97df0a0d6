package io.bop.aof.testkit.tier2;

import static org.assertj.core.api.Assertions.assertThat;

import io.bop.aof.AofConfig;
import io.bop.aof.AofSnapshot;
import io.bop.aof.AofStore;
import io.bop.aof.AofStream;
import io.bop.aof.BreakerState;
import io.bop.aof.Tier2Direction;
import io.bop.aof.format.ObjectKeys;
import io.bop.aof.objectstore.ObjectStore;
import io.bop.aof.objectstore.ObjectStoreException;
import io.bop.aof.objectstore.ObjectStoreException.Reason;
import io.bop.aof.store.Engine;
import io.bop.aof.testkit.SeededRandom;
import io.bop.aof.testkit.objectstore.Fault;
import io.bop.aof.testkit.objectstore.FaultyObjectStore;
import io.bop.aof.testkit.objectstore.FaultyObjectStore.ObjectCall;
import io.bop.aof.testkit.objectstore.MemoryBucket;
import io.bop.aof.testkit.simulation.SimulatedHost;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Objects that nobody needs any more, where deleting them is not what the bucket lets happen. */
@Timeout(120)
class DeletionsTest {

  private static final long MIB = 1024 * 1024;
  private static final Duration GRACE = Duration.ofHours(1);
  private static final Duration LONG_ENOUGH = Duration.ofHours(3);
  private static final int SEGMENTS = 24;

  private final MemoryBucket bucket = new MemoryBucket();
  private final SimulatedHost host = new SimulatedHost(9);
  private final Set<String> locked = new HashSet<>();
  private final FaultyObjectStore objects =
      new FaultyObjectStore(host, lockable(bucket.on(host, Duration.ofMillis(3))), 9);
  private final AofStore store = host.call(() -> Engine.open(config(), host, objects));
  private final AofStream stream = host.call(() -> store.stream("s"));

  @AfterEach
  void release() {
    host.release();
  }

  @Test
  void goesOnUploadingWhereNothingMayBeDeleted() {
    archive(SEGMENTS);
    objects.chance(ObjectCall.DELETE, 1, new Fault.Fails(Reason.AUTHORIZATION));
    truncate();

    idle(GRACE.plusMinutes(1));
    for (int i = 0; i < 30; i++) {
      idle(Duration.ofSeconds(1));
      assertThat(writeBreaker()).as("second " + i).isEqualTo(BreakerState.CLOSED);
    }

    int tried = objects.calls(ObjectCall.DELETE);
    idle(Duration.ofHours(1));
    assertThat(objects.calls(ObjectCall.DELETE) - tried)
        .as("requests of an hour, each of which is refused")
        .isBetween(1, 10 * SEGMENTS);
    objects.heal();
    assertThat(host.runUntil(() -> segmentObjects().isEmpty(), LONG_ENOUGH)).isTrue();
  }

  @Test
  void deletesWhatIsBehindObjectsThatAreLocked() {
    archive(SEGMENTS);
    locked.addAll(segmentObjects().subList(0, 20));

    truncate();
    host.runUntil(() -> segmentObjects().size() == 20, LONG_ENOUGH);

    assertThat(segmentObjects()).containsExactlyInAnyOrderElementsOf(locked);
  }

  @Test
  void givesFollowersTheGraceFromWhenTheyCanHearOfTheDelete() {
    archive(3);
    objects.down(Fault.UNREACHABLE);
    truncate();
    idle(GRACE.multipliedBy(2));

    objects.heal();
    int chunks = chunks();
    assertThat(host.runUntil(() -> chunks() > chunks, LONG_ENOUGH)).isTrue();
    idle(GRACE.minusMinutes(1));
    assertThat(segmentObjects()).hasSize(3);

    assertThat(host.runUntil(() -> segmentObjects().isEmpty(), LONG_ENOUGH)).isTrue();
  }

  // ---- what the tests are made of

  private static AofConfig config() {
    return AofConfig.builder(Path.of("/data/store"))
        .maxRecordSize(64 * 1024)
        .segment(s -> s.withMinSize(MIB).withMaxSize(MIB))
        .tier0(t -> t.withMaxBytes(8 * MIB))
        .tier1(t -> t.withMaxBytes(16 * MIB))
        .tier2(t -> t.withDeleteGrace(GRACE))
        .build();
  }

  /** Refuses to delete what is locked, as a bucket with object lock does. */
  private ObjectStore lockable(ObjectStore behind) {
    return (ObjectStore)
        Proxy.newProxyInstance(
            ObjectStore.class.getClassLoader(),
            new Class<?>[] {ObjectStore.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("delete") && locked.contains(arguments[0])) {
                throw new ObjectStoreException(Reason.AUTHORIZATION, "object is locked", null);
              }
              try {
                return method.invoke(behind, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private void archive(int segments) {
    host.call(
        () -> {
          for (int n = 0; n < segments; n++) {
            stream.append(new SeededRandom(n).bytes(500));
            stream.seal();
          }
          return stream;
        });
    assertThat(host.runUntil(() -> stream.archivedOffset() == stream.nextOffset(), LONG_ENOUGH))
        .isTrue();
  }

  private void truncate() {
    host.call(
        () -> {
          stream.truncateBefore(stream.nextOffset());
          return stream;
        });
  }

  private void idle(Duration time) {
    host.runUntil(() -> false, time);
  }

  private BreakerState writeBreaker() {
    AofSnapshot.Tier2Usage usage = store.snapshot().tier2();
    assertThat(usage).isNotNull();
    return usage.calls().get(Tier2Direction.WRITE).breaker();
  }

  private List<String> segmentObjects() {
    return bucket.keys().stream()
        .filter(key -> key.startsWith(ObjectKeys.SEGMENTS_FOLDER))
        .toList();
  }

  private int chunks() {
    return (int)
        bucket.keys().stream()
            .filter(key -> ObjectKeys.parseManifestChunk(key).isPresent())
            .count();
  }
}
