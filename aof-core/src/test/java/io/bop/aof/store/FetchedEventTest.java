package io.bop.aof.store;

import static io.bop.aof.store.StressFixture.config;
import static io.bop.aof.store.StressFixture.memory;
import static io.bop.aof.store.StressFixture.payload;
import static org.assertj.core.api.Assertions.assertThat;

import io.bop.aof.AofConfig;
import io.bop.aof.AofReader;
import io.bop.aof.AofStore;
import io.bop.aof.AofStream;
import io.bop.aof.EngineListener;
import io.bop.aof.ReadFrom;
import io.bop.aof.ReadOptions;
import io.bop.aof.ReadOptions.ColdPolicy;
import io.bop.aof.RestorePolicy;
import io.bop.aof.StreamSnapshot.Segment;
import io.bop.aof.Tier;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A reader tells of what it took from Tier 2, on its own thread. */
@Timeout(60)
class FetchedEventTest {

  private static final int COUNT = 4_000;
  private static final ReadOptions FETCH_ONLY =
      ReadOptions.defaults().withColdPolicy(ColdPolicy.FETCH_ONLY);

  @TempDir Path folder;

  private final List<Fetched> told = new CopyOnWriteArrayList<>();

  private record Fetched(
      String stream, long segment, long bytes, Duration took, Duration since, Thread by) {}

  private final class Listener implements EngineListener {
    @Override
    public void fetched(String stream, long segment, long bytes, Duration took, Duration since) {
      told.add(new Fetched(stream, segment, bytes, took, since, Thread.currentThread()));
    }
  }

  private AofConfig.Builder at(String root) {
    return config(folder.resolve(root))
        .tier1(t -> t.withFrameSize(64 * 1024))
        .tier2(t -> t.withFilesystemRoot(folder.resolve("cold")));
  }

  @BeforeEach
  void writeAStoreAndLoseItsDisk() {
    try (AofStore store = AofStore.open(at("lost").build())) {
      AofStream stream = store.stream("s");
      for (long n = 0; n < COUNT; n++) {
        stream.append(memory(payload(0, n, 1_000)));
      }
      stream.seal();
      StressFixture.awaitUploaded(stream);
    }
  }

  private AofStore restored() {
    AofConfig.Builder config = at("next").listener(new Listener());
    return AofStore.open(config.tier2(t -> t.withRestore(RestorePolicy.IF_EMPTY)).build());
  }

  private static Set<Long> cold(AofStream stream) {
    return stream.snapshot().segments().stream()
        .filter(segment -> segment.residency().equals(Set.of(Tier.TIER2)))
        .map(Segment::id)
        .collect(Collectors.toSet());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 4})
  void tellsOfEachRequestWhoseBytesTheReaderTook(int readAhead) {
    try (AofStore store = restored()) {
      AofStream stream = store.stream("s");
      Set<Long> cold = cold(stream);
      assertThat(cold).hasSizeGreaterThan(2);
      try (AofReader reader =
          stream.reader(ReadFrom.earliest(), FETCH_ONLY.withReadAhead(readAhead))) {
        assertThat(reader.tier()).isNull();
        for (long n = 0; n < COUNT; n++) {
          assertThat(reader.next()).isNotNull();
          assertThat(reader.tier()).isEqualTo(Tier.TIER2);
        }
        assertThat(reader.next()).isNull();
      }
      assertThat(told).allSatisfy(FetchedEventTest::isSound);
      assertThat(told.stream().map(Fetched::segment).collect(Collectors.toSet())).isEqualTo(cold);
      long frames = told.stream().mapToLong(Fetched::bytes).sum();
      assertThat(frames).isBetween(objects(stream) / 2, 2 * objects(stream));
    }
  }

  private static long objects(AofStream stream) {
    return stream.snapshot().segments().stream().mapToLong(Segment::compressedBytes).sum();
  }

  private static void isSound(Fetched fetched) {
    assertThat(fetched.stream()).isEqualTo("s");
    assertThat(fetched.bytes()).isPositive();
    assertThat(fetched.took()).isPositive();
    assertThat(fetched.since()).isGreaterThanOrEqualTo(Duration.ZERO);
    assertThat(fetched.by()).isEqualTo(Thread.currentThread());
  }

  @Test
  void tellsNothingOfWhatIsNear() {
    try (AofStore store = AofStore.open(at("lost").listener(new Listener()).build())) {
      try (AofReader reader = store.stream("s").reader(ReadFrom.earliest(), FETCH_ONLY)) {
        for (long n = 0; n < COUNT; n++) {
          assertThat(reader.next()).isNotNull();
          assertThat(reader.tier()).isIn(Tier.TIER0, Tier.TIER1);
        }
      }
    }
    assertThat(told).isEmpty();
  }

  @Test
  void tellsOfTheTailAndTheFrameOfAPointReadOnce() {
    try (AofStore store = restored()) {
      AofStream stream = store.stream("s");
      for (int i = 0; i < 2; i++) {
        try (AofReader reader = stream.reader(ReadFrom.offset(5), FETCH_ONLY.withReadAhead(0))) {
          assertThat(reader.next()).isNotNull();
        }
      }
      assertThat(told).hasSize(2).allSatisfy(FetchedEventTest::isSound);
    }
  }
}
