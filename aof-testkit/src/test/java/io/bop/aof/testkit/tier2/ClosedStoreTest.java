package io.bop.aof.testkit.tier2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.bop.aof.AofConfig;
import io.bop.aof.AofStore;
import io.bop.aof.AofStream;
import io.bop.aof.AppendRequest;
import io.bop.aof.Durability;
import io.bop.aof.EngineListener;
import io.bop.aof.io.Host;
import io.bop.aof.objectstore.ObjectStore;
import io.bop.aof.store.Engine;
import io.bop.aof.testkit.objectstore.MemoryBucket;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whatever a store does now and then ends when it is closed: no thread and no timer knows it. */
@Timeout(300)
class ClosedStoreTest {

  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final Duration LATER = Duration.ofHours(20);
  private static final int RECORDS = 20;

  @TempDir Path root;

  private final MemoryBucket bucket = new MemoryBucket();
  private final Set<Thread> before = threads();

  /* Everything of a store knows its configuration, and with it this. */
  private static final class Ear implements EngineListener {}

  private AofConfig config(Path place, EngineListener ear) {
    return AofConfig.builder(place)
        .listener(ear)
        .segment(s -> s.withMaxAge(LATER))
        .retention(r -> r.withMaxAge(LATER))
        .manifest(m -> m.withRotateAfter(LATER))
        .scrub(s -> s.withInterval(LATER))
        .drill(d -> d.withInterval(LATER))
        .follower(f -> f.withPollInterval(LATER))
        .build();
  }

  private ObjectStore objects() {
    return bucket.on(Host.system(), Duration.ZERO);
  }

  /** Threads of stores; the one timer thread of the process is nobody's. */
  private static Set<Thread> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(t -> t.getName().startsWith("aof-") && !t.getName().startsWith("aof-timer"))
        .collect(Collectors.toCollection(HashSet::new));
  }

  private void assertForgotten(WeakReference<?> closed) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              System.gc();
              assertThat(closed.get()).isNull();
              Set<Thread> left = threads();
              left.removeAll(before);
              assertThat(left).isEmpty();
            });
  }

  @Test
  void nothingKnowsAStoreThatWasClosed() {
    assertForgotten(writeAndClose());
  }

  private WeakReference<Ear> writeAndClose() {
    Ear ear = new Ear();
    try (AofStore store = open(root.resolve("writer"), ear)) {
      AofStream stream = store.stream("s");
      for (int n = 0; n < RECORDS; n++) {
        stream.append(new byte[1_000]);
      }
      stream.append(
          AppendRequest.builder(new byte[1_000])
              .durability(Durability.ARCHIVED)
              .timeout(PATIENCE)
              .build());
      assertThat(store.drill().failures()).isEmpty();
    }
    return new WeakReference<>(ear);
  }

  private AofStore open(Path place, EngineListener ear) {
    return Engine.open(config(place, ear), Host.system(), objects());
  }

  @Test
  void nothingKnowsAFollowerThatWasClosed() {
    writeAndClose();
    assertForgotten(followAndClose());
  }

  private WeakReference<Ear> followAndClose() {
    Ear ear = new Ear();
    AofConfig config = config(root.resolve("follower"), ear);
    try (AofStore store = Engine.openFollower(config, Host.system(), this::objects)) {
      assertThat(store.streamNames()).containsExactly("s");
    }
    return new WeakReference<>(ear);
  }
}
