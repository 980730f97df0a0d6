package io.bop.aof.store;

import static io.bop.aof.store.StressFixture.config;
import static org.assertj.core.api.Assertions.assertThat;

import io.bop.aof.AofReader;
import io.bop.aof.AofStore;
import io.bop.aof.AofStream;
import io.bop.aof.AppendRequest;
import io.bop.aof.Durability;
import io.bop.aof.EngineListener;
import io.bop.aof.ReadFrom;
import io.bop.aof.ReadOptions;
import io.bop.aof.RequestKind;
import io.bop.aof.RequestOutcome;
import io.bop.aof.StreamSnapshot.Reads;
import io.bop.aof.StreamSnapshot.Traffic;
import io.bop.aof.Tier;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What snapshots and listeners say of appends, reads and requests. */
@Timeout(60)
class TrafficTest {

  private static final AppendRequest MEMORY = StressFixture.memory(new byte[100]);

  @TempDir Path root;

  /** Notes the appends and requests that it is told of. */
  private static final class Notes implements EngineListener {
    final List<String> appends = new CopyOnWriteArrayList<>();
    final List<String> requests = new CopyOnWriteArrayList<>();

    @Override
    public void appended(String stream, int records, long bytes, Durability to, Duration took) {
      assertThat(took).isPositive();
      appends.add(stream + " " + records + " " + bytes + " " + to);
    }

    @Override
    public void tier2Request(RequestKind kind, RequestOutcome outcome, Duration took, long bytes) {
      assertThat(took).isPositive();
      requests.add(kind + " " + outcome + " " + (bytes > 0 ? "bytes" : "empty"));
    }
  }

  private AofStore open(Notes notes) {
    return AofStore.open(config(root).listener(notes).build());
  }

  @Test
  void tellsOfTheFirstAppendOfAStreamAndOfAboutOneOutOf64AfterThat() {
    Notes notes = new Notes();
    try (AofStore store = open(notes)) {
      AofStream stream = store.stream("s");
      stream.append(MEMORY);
      assertThat(notes.appends).containsExactly("s 1 136 MEMORY");
      for (int n = 0; n < 6_400; n++) {
        stream.append(MEMORY);
      }
      assertThat(notes.appends).hasSizeBetween(50, 200).containsOnly("s 1 136 MEMORY");
    }
  }

  @Test
  void tellsWhenTheDurabilityThatWasAskedForIsReached() {
    Notes notes = new Notes();
    try (AofStore store = open(notes)) {
      AppendRequest flushed =
          AppendRequest.builder(new byte[100]).durability(Durability.FLUSHED).build();
      store.stream("a").append(flushed);
      store.stream("b").appendAll(List.of(flushed, flushed));
      assertThat(notes.appends)
          .containsExactly(
              "a 1 136 MEMORY", "a 1 136 FLUSHED", "b 2 272 MEMORY", "b 2 272 FLUSHED");
      notes.appends.clear();
      store.stream("c").appendAsync(flushed).join();
      Awaitility.await()
          .untilAsserted(
              () -> assertThat(notes.appends).containsExactly("c 1 136 MEMORY", "c 1 136 FLUSHED"));
      notes.appends.clear();
      store.stream("d").tryAppend(new byte[100]);
      assertThat(notes.appends).containsExactly("d 1 136 MEMORY");
    }
  }

  @Test
  void countsAppendsSinceTheOpen() {
    try (AofStore store = open(new Notes())) {
      store.stream("s").appendAll(List.of(MEMORY, MEMORY, MEMORY));
      assertThat(store.stream("s").snapshot().traffic())
          .extracting(Traffic::appendedRecords, Traffic::appendedBytes)
          .containsExactly(3L, 3L * 136);
    }
    try (AofStore store = open(new Notes())) {
      assertThat(store.stream("s").snapshot().traffic().appendedRecords()).isZero();
      store.stream("s").append(MEMORY);
      assertThat(store.stream("s").snapshot().traffic())
          .extracting(Traffic::appendedRecords, Traffic::appendedBytes)
          .containsExactly(1L, 136L);
    }
  }

  private static Reads reads(AofStream stream, Tier tier) {
    return stream.snapshot().traffic().reads().getOrDefault(tier, new Reads(0, 0, 0, 0));
  }

  @Test
  void countsWhatWasReadAndHowFarFromTheTail() {
    try (AofStore store = open(new Notes())) {
      AofStream stream = store.stream("s");
      for (int n = 0; n < 10; n++) {
        stream.append(MEMORY);
      }
      ReadOptions options = ReadOptions.defaults().withVisibility(ReadOptions.Visibility.COMMITTED);
      try (AofReader reader = stream.reader(ReadFrom.earliest(), options)) {
        reader.next();
        reader.next();
        reader.next();
      }
      Reads first = reads(stream, Tier.TIER0);
      assertThat(first.records()).isEqualTo(3);
      assertThat(first.bytes()).isEqualTo(3 * 136);
      assertThat(first.recordsBehind()).isBetween(7 * first.runs(), 9 * first.runs());
      try (AofReader reader = stream.reader(ReadFrom.offset(9), options)) {
        assertThat(reader.next()).isNotNull();
        assertThat(reader.next()).isNull();
        Reads all = reads(stream, Tier.TIER0);
        assertThat(all.records()).as("told at the end, not at the close").isEqualTo(4);
        assertThat(all.recordsBehind()).isEqualTo(first.recordsBehind());
        stream.append(MEMORY);
        assertThat(reader.next()).isNotNull();
        assertThat(reader.next()).isNull();
        assertThat(reads(stream, Tier.TIER0).records()).isEqualTo(5);
      }
      assertThat(reads(stream, Tier.TIER1)).isEqualTo(new Reads(0, 0, 0, 0));
    }
  }

  @Test
  void tellsOfEachRequestToTier2() {
    Notes notes = new Notes();
    try (AofStore store = open(notes)) {
      AofStream stream = store.stream("s");
      stream.append(MEMORY);
      stream.seal();
      StressFixture.awaitUploaded(stream);
    }
    assertThat(notes.requests).contains("PUT OK bytes").allMatch(r -> !r.contains("FAULT"));
  }
}
