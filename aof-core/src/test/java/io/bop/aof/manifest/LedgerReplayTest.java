package io.bop.aof.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import io.bop.aof.SegmentState;
import io.bop.aof.Tier;
import io.bop.aof.format.LedgerImage;
import io.bop.aof.format.LedgerSnapshotCodec;
import io.bop.aof.format.ManifestChunkHeader;
import io.bop.aof.format.ManifestRecord;
import io.bop.aof.format.ManifestRecordCodec;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LedgerReplayTest {

  private static final UUID STORE = new UUID(1, 2);
  private static final int STEPS = 1_500;

  static LongStream seeds() {
    return LongStream.range(0, Long.getLong("aof.manifest.seeds", 30));
  }

  static byte[] state(Ledger ledger) {
    Ledger.ChunkMark mark = new Ledger.ChunkMark(ledger.chunkIndex(), 1, 2, ledger.records());
    return LedgerSnapshotCodec.encode(ledger.image(mark, Collections.emptySortedMap()));
  }

  private static Ledger fresh() {
    Ledger ledger = new Ledger(STORE);
    ledger.beginChunk(new ManifestChunkHeader(STORE, 0, 0, 1));
    return ledger;
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void replayGivesTheLiveStateAlsoThroughASnapshot(long seed) {
    RandomHistory history = new RandomHistory(seed);
    Ledger live = fresh();
    List<byte[]> log = new ArrayList<>();
    int cut = history.upTo(STEPS);
    byte[] snapshot = state(live);
    Map<Class<?>, Integer> drawn = new HashMap<>();
    for (int i = 0; i < STEPS; i++) {
      if (i == cut) {
        snapshot = state(live);
      }
      ManifestRecord record = history.allowed(live);
      live.apply(record);
      drawn.merge(record.getClass(), 1, Integer::sum);
      log.add(ManifestRecordCodec.encode(record));
      LedgerInvariants.checkAll(live);
    }

    Ledger replayed = fresh();
    log.forEach(bytes -> replayed.apply(ManifestRecordCodec.decode(bytes)));
    assertThat(state(replayed)).as("replay, seed %d", seed).isEqualTo(state(live));

    LedgerImage image = LedgerSnapshotCodec.decode(snapshot, "snapshot");
    Ledger continued = Ledger.of(image);
    assertThat(state(continued)).as("snapshot, seed %d", seed).isEqualTo(snapshot);
    log.subList(cut, STEPS).forEach(bytes -> continued.apply(ManifestRecordCodec.decode(bytes)));
    assertThat(state(continued)).as("snapshot and tail, seed %d", seed).isEqualTo(state(live));
    LedgerInvariants.checkAll(continued);
    assertThat(drawn).as("kinds of record, seed %d", seed).hasSizeGreaterThan(15);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void takesAnyRecordInAnyState(long seed) {
    RandomHistory history = new RandomHistory(seed);
    Ledger one = fresh();
    Ledger other = fresh();
    for (int i = 0; i < STEPS; i++) {
      ManifestRecord record = history.draw(one);
      one.apply(record);
      other.apply(record);
    }
    assertThat(state(other)).as("seed %d", seed).isEqualTo(state(one));
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void answersLikeAPlainSearch(long seed) {
    RandomHistory history = new RandomHistory(seed);
    Ledger ledger = fresh();
    for (int i = 0; i < STEPS; i++) {
      ledger.apply(history.allowed(ledger));
    }
    for (StreamLedger stream : ledger.streams()) {
      List<SegmentEntry> all = stream.segments();
      for (long offset = 0; offset < stream.sealedOffset() + 50; offset++) {
        assertThat(stream.find(offset)).as("seed %d", seed).isEqualTo(plainFind(all, offset));
      }
      for (long id = 0; id <= stream.highestSegmentId() + 1; id++) {
        long wanted = id;
        SegmentEntry found =
            all.stream().filter(e -> e.segmentId() == wanted).findFirst().orElse(null);
        assertThat(stream.get(id)).isEqualTo(found);
      }
      if (!stream.deleted()) {
        assertArchived(stream, seed);
      }
    }
  }

  private static SegmentEntry plainFind(List<SegmentEntry> all, long offset) {
    SegmentEntry found = null;
    for (SegmentEntry entry : all) {
      if (entry.baseOffset() <= offset) {
        found = entry;
      }
    }
    return found == null || (found.isSealed() && offset >= found.nextOffset()) ? null : found;
  }

  /* All below is settled, and what begins there is not. */
  private static void assertArchived(StreamLedger stream, long seed) {
    for (SegmentEntry entry : stream.segments()) {
      boolean settled =
          entry.state() == SegmentState.UPLOADED
              || entry.state() == SegmentState.RETIRED
              || entry.isEmpty();
      if (!settled) {
        assertThat(stream.archivedOffset()).as("seed %d", seed).isEqualTo(entry.baseOffset());
        return;
      }
    }
    assertThat(stream.archivedOffset()).as("seed %d", seed).isEqualTo(stream.sealedOffset());
    assertThat(stream.counts().segments(SegmentState.UPLOADED))
        .isLessThanOrEqualTo(stream.counts().in(Tier.TIER2) + stream.counts().missing(Tier.TIER2));
  }
}
