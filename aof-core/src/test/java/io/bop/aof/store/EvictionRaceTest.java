package io.bop.aof.store;

import static io.bop.aof.store.StressFixture.MIB;
import static io.bop.aof.store.StressFixture.config;
import static io.bop.aof.store.StressFixture.memory;
import static io.bop.aof.store.StressFixture.payload;
import static org.assertj.core.api.Assertions.assertThat;

import io.bop.aof.AofConfig;
import io.bop.aof.AofReader;
import io.bop.aof.AofStore;
import io.bop.aof.AofStream;
import io.bop.aof.ReadFrom;
import io.bop.aof.StreamSnapshot.Segment;
import io.bop.aof.Tier;
import io.bop.aof.io.Disk;
import io.bop.aof.io.Host;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A copy that goes away between a reader's look and its step. */
@Timeout(60)
class EvictionRaceTest {

  private static final Set<Tier> WARM = Set.of(Tier.TIER1, Tier.TIER2);

  @TempDir Path root;

  @Test
  void readsTheColdCopyWhenTheWarmFileIsEvictedBeforeItIsOpened() {
    AofConfig config =
        config(root)
            .tier0(t -> t.withMaxBytes(4 * MIB))
            .tier1(t -> t.withMaxBytes(5 * MIB).withFrameCache(0))
            .build();
    AtomicReference<Runnable> beforeOpen = new AtomicReference<>(() -> {});
    try (AofStore store = Engine.open(config, hookedHost(beforeOpen))) {
      AofStream stream = store.stream("s");
      while (firstWarm(stream) == null) {
        append(stream);
      }
      StressFixture.awaitUploaded(stream);
      Segment warm = firstWarm(stream);
      assertThat(warm).isNotNull();
      beforeOpen.set(() -> evict(stream, warm.id()));
      try (AofReader reader = stream.reader(ReadFrom.offset(warm.baseOffset()))) {
        assertThat(reader.next().offset()).isEqualTo(warm.baseOffset());
      }
      assertThat(store.snapshot().needsRecovery()).isZero();
    }
  }

  private static void append(AofStream stream) {
    long offset = stream.nextOffset();
    stream.append(memory(payload(0, offset, 100_000)));
  }

  private static Segment firstWarm(AofStream stream) {
    return stream.snapshot().segments().stream()
        .filter(segment -> segment.residency().equals(WARM))
        .findFirst()
        .orElse(null);
  }

  private static void evict(AofStream stream, long segment) {
    while (!stream.snapshot().segments().stream()
        .filter(s -> s.id() == segment)
        .allMatch(s -> s.residency().equals(Set.of(Tier.TIER2)))) {
      append(stream);
    }
  }

  /* Runs the action once, before the next warm file is opened to be read. */
  private Host hookedHost(AtomicReference<Runnable> beforeOpen) {
    Host real = Host.system();
    Disk disk =
        (Disk)
            Proxy.newProxyInstance(
                Disk.class.getClassLoader(),
                new Class<?>[] {Disk.class},
                (proxy, method, args) -> {
                  if (method.getName().equals("openForRead")
                      && ((Path) args[0]).startsWith(root.resolve("tier1"))
                      && Thread.currentThread().getName().equals("main")) {
                    beforeOpen.getAndSet(() -> {}).run();
                  }
                  try {
                    return method.invoke(real.disk(), args);
                  } catch (InvocationTargetException e) {
                    throw e.getCause();
                  }
                });
    return real.withDisk(disk);
  }
}
