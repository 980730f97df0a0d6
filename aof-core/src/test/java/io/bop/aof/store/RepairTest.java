package io.bop.aof.store;

import static io.bop.aof.store.StressFixture.MIB;
import static io.bop.aof.store.StressFixture.config;
import static io.bop.aof.store.StressFixture.deleteTree;
import static io.bop.aof.store.StressFixture.files;
import static io.bop.aof.store.StressFixture.flip;
import static io.bop.aof.store.StressFixture.memory;
import static io.bop.aof.store.StressFixture.payload;
import static io.bop.aof.store.StressFixture.slotOf;
import static io.bop.aof.store.StressFixture.verifyAll;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.bop.aof.AofConfig;
import io.bop.aof.AofReader;
import io.bop.aof.AofRecord;
import io.bop.aof.AofSnapshot;
import io.bop.aof.AofStore;
import io.bop.aof.AofStream;
import io.bop.aof.CorruptionException;
import io.bop.aof.EngineListener;
import io.bop.aof.ReadFrom;
import io.bop.aof.SegmentState;
import io.bop.aof.SegmentUnavailableException;
import io.bop.aof.StreamSnapshot;
import io.bop.aof.Tier;
import io.bop.aof.Tier2Type;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Damaged copies: who is served from where, what is made again, and what is left alone. */
@Timeout(120)
class RepairTest {

  private static final int SIZE = 1_000;

  @TempDir Path root;

  private static void append(AofStream stream, long from, long to) {
    for (long n = from; n < to; n++) {
      stream.append(memory(payload(0, n, SIZE)));
    }
    stream.flush();
  }

  private static void await(String what, Callable<Boolean> done) {
    Awaitility.await(what).atMost(30, TimeUnit.SECONDS).until(done);
  }

  private List<Path> objects() throws Exception {
    return files(root.resolve("tier2").resolve("segments"), ".zst");
  }

  private static void report(AofStore store, AofStream stream, Tier tier) {
    EngineStore engine = (EngineStore) store;
    StreamSnapshot snapshot = stream.snapshot();
    for (StreamSnapshot.Segment segment : snapshot.segments()) {
      engine
          .parts()
          .coordinator()
          .damaged(snapshot.streamId(), segment.id(), tier, "a reader said so");
    }
  }

  private static List<String> keys(AofStream stream) {
    return stream.snapshot().segments().stream().map(s -> String.valueOf(s.objectKey())).toList();
  }

  /** Notes what the engine tells of damage and repair. */
  private static final class Notes implements EngineListener {
    final Queue<String> damaged = new ConcurrentLinkedQueue<>();
    final Queue<String> repaired = new ConcurrentLinkedQueue<>();

    @Override
    public void damaged(String stream, long segment, Tier tier, String reason) {
      damaged.add(stream + "/" + segment + " " + tier);
    }

    @Override
    public void repaired(String stream, long segment, Tier tier) {
      repaired.add(stream + "/" + segment + " " + tier);
    }
  }

  // ---- objects

  @Test
  void uploadsDamagedAndMissingObjectsAgainUnderOtherKeysAndDeletesTheOldOnes() throws Exception {
    Notes notes = new Notes();
    AofConfig config =
        config(root).tier2(t -> t.withDeleteGrace(Duration.ZERO)).listener(notes).build();
    try (AofStore store = AofStore.open(config)) {
      AofStream stream = store.stream("s");
      append(stream, 0, 4_000);
      StressFixture.awaitUploaded(stream);
      List<String> before = keys(stream);
      List<Path> objects = objects();
      assertThat(objects).hasSizeGreaterThan(2);
      flip(objects.get(0), Files.size(objects.get(0)) / 2);
      Files.delete(objects.get(1));
      report(store, stream, Tier.TIER2);
      await("two objects are uploaded again", () -> notes.repaired.size() == 2);
      assertThat(notes.damaged).containsExactlyInAnyOrder("s/1 TIER2", "s/2 TIER2");
      assertThat(keys(stream)).doesNotContain(before.get(0), before.get(1));
      assertThat(keys(stream).subList(2, before.size()))
          .isEqualTo(before.subList(2, before.size()));
      await("the damaged object is deleted", () -> !Files.exists(objects.get(0)));
      assertThat(store.snapshot().needsRecovery()).isZero();
      assertThat(store.snapshot().repairs().damaged()).isEqualTo(2);
      assertThat(store.snapshot().repairs().repaired()).isEqualTo(2);
    }
    deleteTree(root.resolve("tier0"));
    deleteTree(root.resolve("tier1"));
    try (AofStore store = AofStore.open(config)) {
      assertThat(verifyAll(store.stream("s"), 1)).containsExactly(4_000);
    }
  }

  @Test
  void makesAnObjectAgainFromTheHotCopyWhenThereIsNoWarmOne() throws Exception {
    try (AofStore store = AofStore.open(config(root).build())) {
      AofStream stream = store.stream("s");
      append(stream, 0, 2_000);
      StressFixture.awaitUploaded(stream);
    }
    deleteTree(root.resolve("tier1"));
    for (Path object : objects()) {
      Files.delete(object);
    }
    try (AofStore store = AofStore.open(config(root).build())) {
      AofStream stream = store.stream("s");
      report(store, stream, Tier.TIER2);
      await("objects are back", () -> objects().size() == stream.snapshot().segments().size());
      await("nothing is missing", () -> store.snapshot().needsRecovery() == 0);
    }
    deleteTree(root.resolve("tier0"));
    deleteTree(root.resolve("tier1"));
    try (AofStore store = AofStore.open(config(root).build())) {
      assertThat(verifyAll(store.stream("s"), 1)).containsExactly(2_000);
    }
  }

  @Test
  void believesNobodyWhoCallsAnIntactCopyDamaged() {
    try (AofStore store = AofStore.open(config(root).build())) {
      AofStream stream = store.stream("s");
      append(stream, 0, 3_000);
      StressFixture.awaitUploaded(stream);
      List<String> before = keys(stream);
      for (Tier tier : Tier.values()) {
        report(store, stream, tier);
      }
      ((EngineStore) store).parts().coordinator().finishSeals(Duration.ofSeconds(10));
      await(
          "verified and done",
          () -> {
            report(store, stream, Tier.TIER1);
            return store.snapshot().repairs().damaged() == 0;
          });
      assertThat(keys(stream)).isEqualTo(before);
      assertThat(store.snapshot().repairs().quarantinedFiles()).isZero();
      assertThat(stream.snapshot().segments())
          .allMatch(s -> s.residency().size() == 3 && !s.needsRecovery());
    }
  }

  @Test
  void servesAndAdoptsAnObjectThatSomebodyBroughtBack() throws Exception {
    try (AofStore store = AofStore.open(config(root).build())) {
      AofStream stream = store.stream("s");
      append(stream, 0, 2_000);
      StressFixture.awaitUploaded(stream);
    }
    deleteTree(root.resolve("tier0"));
    deleteTree(root.resolve("tier1"));
    Path object = objects().get(0);
    Path aside = root.resolve("aside");
    Files.move(object, aside);
    try (AofStore store = AofStore.open(config(root).build())) {
      AofStream stream = store.stream("s");
      try (AofReader reader = stream.reader(ReadFrom.earliest())) {
        assertThat(catchThrowableOfType(SegmentUnavailableException.class, reader::next))
            .isNotNull();
      }
      await("it is known", () -> store.snapshot().repairs().unreadable() == 1);
    }
    Files.move(aside, object);
    try (AofStore store = AofStore.open(config(root).build())) {
      assertThat(verifyAll(store.stream("s"), 1)).containsExactly(2_000);
      await("nothing is missing", () -> store.snapshot().needsRecovery() == 0);
      assertThat(store.snapshot().repairs().unreadable()).isZero();
      assertThat(verifyAll(store.stream("s"), 1)).containsExactly(2_000);
    }
  }

  // ---- local copies

  @Test
  void setsDamagedLocalCopiesAsideAndCountsThem() throws Exception {
    try (AofStore store = AofStore.open(config(root).build())) {
      AofStream stream = store.stream("s");
      append(stream, 0, 3_000);
      StressFixture.awaitUploaded(stream);
    }
    List<Path> warm = files(root.resolve("tier1"), ".zst");
    flip(warm.get(0), Files.size(warm.get(0)) / 2);
    Path slot = slotOf(root, 2);
    flip(slot, 100_000);
    try (AofStore store = AofStore.open(config(root).build())) {
      AofStream stream = store.stream("s");
      report(store, stream, Tier.TIER1);
      assertThat(verifyAll(stream, 1)).containsExactly(3_000);
      await("both are mended", () -> store.snapshot().repairs().repaired() == 2);
      AofSnapshot.Repairs repairs = store.snapshot().repairs();
      assertThat(repairs.damaged()).isEqualTo(2);
      assertThat(repairs.quarantinedFiles()).isEqualTo(2);
      assertThat(repairs.quarantinedBytes()).isGreaterThan(MIB);
      assertThat(root.resolve("tier0/quarantine").resolve(slot.getFileName())).exists();
      assertThat(warm.get(0)).exists();
      assertThat(verifyAll(stream, 1)).containsExactly(3_000);
    }
    try (AofStore store = AofStore.open(config(root).build())) {
      assertThat(store.snapshot().repairs().quarantinedFiles()).isEqualTo(2);
      assertThat(store.snapshot().needsRecovery()).isZero();
    }
  }

  @Test
  void keepsAWarmFileThatWasCutShortUntilAnotherOneIsThere() throws Exception {
    try (AofStore store = AofStore.open(config(root).build())) {
      AofStream stream = store.stream("s");
      append(stream, 0, 2_000);
      StressFixture.awaitUploaded(stream);
    }
    deleteTree(root.resolve("tier0"));
    Path warm = files(root.resolve("tier1"), ".zst").get(0);
    try (FileChannel channel = FileChannel.open(warm, StandardOpenOption.WRITE)) {
      channel.truncate(channel.size() - 10);
    }
    try (AofStore store = AofStore.open(config(root).build())) {
      assertThat(store.snapshot().recovery().needsRecovery()).contains("s/1: TIER1");
      await("it is fetched again", () -> store.snapshot().needsRecovery() == 0);
      assertThat(files(root.resolve("tier1/quarantine"), ".zst")).hasSize(1);
      assertThat(verifyAll(store.stream("s"), 1)).containsExactly(2_000);
    }
  }

  /* Tier 1 is too small for all segments, so that some are never compressed. */
  private AofConfig.Builder stalled() {
    return config(root).tier2(t -> t.withType(Tier2Type.NONE)).tier1(t -> t.withMaxBytes(2 * MIB));
  }

  private static StreamSnapshot.Segment segment(AofStream stream, long id) {
    return stream.snapshot().segments().stream()
        .filter(s -> s.id() == id)
        .findFirst()
        .orElseThrow();
  }

  private static CorruptionException.Range readAround(AofStream stream) {
    CorruptionException damage = null;
    List<Long> seen = new ArrayList<>();
    long from = 0;
    while (from < stream.nextOffset()) {
      try (AofReader reader = stream.reader(ReadFrom.offset(from))) {
        for (AofRecord record = reader.next(); record != null; record = reader.next()) {
          assertThat(record.payloadBytes()).isEqualTo(payload(0, record.offset(), SIZE));
          seen.add(record.offset());
        }
        from = stream.nextOffset();
      } catch (CorruptionException e) {
        assertThat(damage).isNull();
        damage = e;
        from = e.range().orElseThrow().nextOffset();
      }
    }
    assertThat(damage).isNotNull();
    CorruptionException.Range range = damage.range().orElseThrow();
    List<Long> expected = new ArrayList<>();
    for (long n = 0; n < stream.nextOffset(); n++) {
      if (n < range.firstOffset() || n >= range.nextOffset()) {
        expected.add(n);
      }
    }
    assertThat(seen).isEqualTo(expected);
    return range;
  }

  @Test
  void readsAroundTheDamageOfALastHotCopyAndLetsTheOthersGoOn() throws Exception {
    try (AofStore store = AofStore.open(stalled().build())) {
      append(store.stream("s"), 0, 6_000);
      store.stream("s").seal();
      assertThat(segment(store.stream("s"), 5).state()).isEqualTo(SegmentState.SEALED);
    }
    Path slot = slotOf(root, 4);
    for (long position = 200_000; position < 205_000; position += 500) {
      flip(slot, position);
    }
    AofConfig config = config(root).build();
    long first = 0;
    for (int open = 0; open < 2; open++) {
      try (AofStore store = AofStore.open(config)) {
        AofStream stream = store.stream("s");
        CorruptionException.Range range = readAround(stream);
        assertThat(range.nextOffset() - range.firstOffset()).isBetween(4L, 8L);
        assertThat(open == 0 || range.firstOffset() == first).isTrue();
        first = range.firstOffset();
        await(
            "all others are archived",
            () ->
                stream.snapshot().segments().stream()
                    .allMatch(s -> s.id() == 4 || s.state() == SegmentState.UPLOADED));
        await("it is known", () -> store.snapshot().repairs().unreadable() == 1);
        StreamSnapshot.Segment damaged = segment(stream, 4);
        assertThat(damaged.state()).isEqualTo(SegmentState.SEALED);
        assertThat(damaged.needsRecovery()).isTrue();
        assertThat(damaged.residency()).isEmpty();
        await(
            "what is before it counts as archived",
            () -> stream.archivedOffset() == damaged.baseOffset());
        await("nothing is tried any more", () -> store.snapshot().compressionQueue() == 0);
        assertThat(store.snapshot().repairs().quarantinedFiles()).isZero();
        assertThat(slot).exists();
        assertThat(store.snapshot().manifest().failure()).isNull();
        readAround(stream);
      }
    }
    retireTheDamagedSegment(config, slot);
  }

  @Test
  void readsALastHotCopyUpToWhereItWasCut() throws Exception {
    try (AofStore store = AofStore.open(stalled().build())) {
      append(store.stream("s"), 0, 6_000);
      store.stream("s").seal();
    }
    Path slot = slotOf(root, 4);
    try (FileChannel channel = FileChannel.open(slot, StandardOpenOption.WRITE)) {
      channel.truncate(MIB / 2);
    }
    AofConfig config = config(root).build();
    for (int open = 0; open < 2; open++) {
      try (AofStore store = AofStore.open(config)) {
        AofStream stream = store.stream("s");
        StreamSnapshot.Segment cut = segment(stream, 4);
        CorruptionException.Range range = readAround(stream);
        assertThat(range.firstOffset() - cut.baseOffset()).isBetween(400L, 600L);
        assertThat(range.nextOffset()).isEqualTo(cut.nextOffset());
        await("it is known", () -> store.snapshot().repairs().unreadable() == 1);
        readAround(stream);
        assertThat(store.snapshot().repairs().quarantinedFiles()).isZero();
      }
    }
    retireTheDamagedSegment(config, slot);
  }

  @Test
  void setsAHotCopyThatWasCutAsideWhenTheWarmOneIsWhole() throws Exception {
    try (AofStore store = AofStore.open(config(root).build())) {
      AofStream stream = store.stream("s");
      append(stream, 0, 2_000);
      StressFixture.awaitUploaded(stream);
    }
    Path slot = slotOf(root, 1);
    try (FileChannel channel = FileChannel.open(slot, StandardOpenOption.WRITE)) {
      channel.truncate(MIB / 2);
    }
    try (AofStore store = AofStore.open(config(root).build())) {
      assertThat(store.snapshot().recovery().needsRecovery()).contains("s/1: TIER0");
      assertThat(verifyAll(store.stream("s"), 1)).containsExactly(2_000);
      await("nothing is missing", () -> store.snapshot().needsRecovery() == 0);
      await("it is set aside", () -> store.snapshot().repairs().quarantinedFiles() == 1);
      assertThat(slot).doesNotExist();
    }
  }

  private void retireTheDamagedSegment(AofConfig config, Path slot) throws Exception {
    try (AofStore store = AofStore.open(config)) {
      AofStream stream = store.stream("s");
      long next = segment(stream, 4).nextOffset();
      stream.truncateBefore(next);
      await("nothing is missing", () -> store.snapshot().needsRecovery() == 0);
      await("all is archived", () -> stream.archivedOffset() == stream.nextOffset());
      assertThat(stream.startOffset()).isEqualTo(next);
      await(
          "its slot is free",
          () -> ((EngineStore) store).parts().slots().inUseBytes() == hot(stream) * MIB);
      await("its file is whole or gone", () -> !Files.exists(slot) || Files.size(slot) == MIB);
    }
  }

  private static long hot(AofStream stream) {
    return stream.snapshot().segments().stream()
        .filter(s -> s.residency().contains(Tier.TIER0))
        .count();
  }

  @Test
  void readsALastHotCopyWhoseFooterIsDamagedAndCompressesIt() throws Exception {
    try (AofStore store = AofStore.open(stalled().build())) {
      append(store.stream("s"), 0, 6_000);
      store.stream("s").seal();
    }
    flip(slotOf(root, 4), MIB - 60);
    try (AofStore store = AofStore.open(config(root).build())) {
      AofStream stream = store.stream("s");
      assertThat(verifyAll(stream, 1)).containsExactly(6_000);
      StressFixture.awaitUploaded(stream);
      assertThat(store.snapshot().needsRecovery()).isZero();
    }
  }

  @Test
  void readsAroundTheDamageOfALastWarmFile() throws Exception {
    AofConfig none = config(root).tier2(t -> t.withType(Tier2Type.NONE)).build();
    try (AofStore store = AofStore.open(none)) {
      append(store.stream("s"), 0, 2_000);
      store.stream("s").seal();
      await(
          "compressed",
          () ->
              store.stream("s").snapshot().segments().stream()
                  .allMatch(s -> s.state() == SegmentState.COMPRESSED));
    }
    deleteTree(root.resolve("tier0"));
    List<Path> warm = files(root.resolve("tier1"), ".zst");
    flip(warm.get(0), Files.size(warm.get(0)) / 2);
    try (AofStore store = AofStore.open(none)) {
      CorruptionException.Range range = readAround(store.stream("s"));
      assertThat(range.nextOffset() - range.firstOffset()).isBetween(100L, 300L);
      await("it is known", () -> store.snapshot().repairs().unreadable() == 1);
      assertThat(warm.get(0)).exists();
      readAround(store.stream("s"));
    }
  }
}
