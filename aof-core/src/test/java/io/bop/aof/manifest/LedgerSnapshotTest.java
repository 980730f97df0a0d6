package io.bop.aof.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bop.aof.format.LedgerImage;
import io.bop.aof.format.LedgerSnapshotCodec;
import io.bop.aof.format.MalformedException;
import io.bop.aof.format.ManifestChunkHeaderCodec;
import io.bop.aof.format.ManifestRecord;
import io.bop.aof.format.ObjectKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerSnapshotTest {

  private static final UUID STORE = new UUID(7, 9);
  private static final long SEED = 42;

  @TempDir Path root;

  private final FaultyHost host = new FaultyHost();
  private final RandomHistory history = new RandomHistory(SEED);

  private ReplayResult open() throws IOException {
    return ManifestStore.open(
        host, root.resolve("manifest"), new ManifestStore.Options(STORE, 16_384, false));
  }

  private Path directory() {
    return root.resolve("manifest");
  }

  private Path chunk(long index) {
    return directory().resolve(ObjectKeys.chunkName(index));
  }

  private Path snapshot(long index) {
    return directory().resolve(ObjectKeys.snapshotName(index, 1));
  }

  /* Chunks 0 to count - 1 sealed with a snapshot each, then some records in an unsealed one. */
  private byte[] storeWithSnapshots(int count) throws IOException {
    ManifestLog log = open().log();
    for (int i = 0; i < count; i++) {
      addRecords(log);
      SealedChunk sealed = log.rotate();
      LedgerSnapshot.write(host.disk(), directory(), log.ledger(), sealed.index());
    }
    addRecords(log);
    log.close();
    return facts(log.ledger());
  }

  private void addRecords(ManifestLog log) {
    for (int added = 0; added < 100; ) {
      ManifestRecord record = history.allowed(log.ledger());
      if (!(record instanceof ManifestRecord.WriterEpoch)) {
        log.append(record);
        added++;
      }
    }
  }

  /* Streams and what is pending; the totals differ by the seal that an open adds. */
  private static byte[] facts(Ledger ledger) {
    Ledger.ChunkMark mark = new Ledger.ChunkMark(0, 0, 0, 0);
    LedgerImage image = ledger.image(mark, new TreeMap<>());
    LedgerImage.Totals totals = image.totals();
    return LedgerSnapshotCodec.encode(
        new LedgerImage(
            STORE,
            0,
            0,
            0,
            new LedgerImage.Totals(
                totals.epoch(), totals.announcedEpoch(), 0, totals.nextStreamId(), 0),
            image.streams(),
            image.pendingDeletes(),
            image.pendingUploads(),
            image.extras()));
  }

  private byte[] reopened() throws IOException {
    ManifestReplay replay = ManifestReplay.read(host.disk(), directory(), STORE);
    return facts(replay.ledger());
  }

  @Test
  void snapshotAndTailGiveWhatAllChunksGive() throws IOException {
    byte[] live = storeWithSnapshots(3);
    ManifestReplay withSnapshot = ManifestReplay.read(host.disk(), directory(), STORE);
    assertThat(withSnapshot.replayedRecords()).isEqualTo(100);
    assertThat(facts(withSnapshot.ledger())).isEqualTo(live);
    Files.delete(snapshot(1));
    Files.delete(snapshot(2));
    ManifestReplay full = ManifestReplay.read(host.disk(), directory(), STORE);
    assertThat(full.replayedRecords()).isEqualTo(403);
    assertThat(facts(full.ledger())).isEqualTo(live);
  }

  @Test
  void keepsTheNewestTwo() throws IOException {
    storeWithSnapshots(4);
    assertThat(snapshot(1)).doesNotExist();
    assertThat(snapshot(2)).exists();
    assertThat(snapshot(3)).exists();
  }

  @Test
  void fallsBackToTheOlderOneForEveryFlippedByte() throws IOException {
    byte[] live = storeWithSnapshots(2);
    byte[] whole = Files.readAllBytes(snapshot(1));
    for (int at = 0; at < whole.length; at += at < 200 ? 1 : 37) {
      byte[] damaged = whole.clone();
      damaged[at] ^= 4;
      Files.write(snapshot(1), damaged);
      ManifestReplay replay = ManifestReplay.read(host.disk(), directory(), STORE);
      assertThat(replay.warnings()).as("flipped at %d", at).hasSize(1);
      assertThat(replay.replayedRecords()).isEqualTo(201);
      assertThat(facts(replay.ledger())).isEqualTo(live);
    }
  }

  @Test
  void refusesEveryShorterLength() throws IOException {
    storeWithSnapshots(1);
    byte[] whole = Files.readAllBytes(snapshot(0));
    for (int length = 0; length < whole.length; length += 7) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> LedgerSnapshotCodec.decode(cut, "x"))
          .isInstanceOf(MalformedException.class);
    }
  }

  @Test
  void ignoresASnapshotOfAnotherChunk() throws IOException {
    byte[] live = storeWithSnapshots(2);
    LedgerImage image = LedgerSnapshotCodec.decode(Files.readAllBytes(snapshot(1)), "snapshot");
    LedgerImage other =
        new LedgerImage(
            STORE,
            1,
            1,
            image.chunkCrc() + 1,
            image.totals(),
            List.of(),
            List.of(),
            List.of(),
            image.extras());
    Files.write(snapshot(1), LedgerSnapshotCodec.encode(other));
    assertThat(reopened()).isEqualTo(live);
  }

  @Test
  void opensWithoutTheChunksThatBothSnapshotsCover() throws IOException {
    byte[] live = storeWithSnapshots(4);
    List<Long> deletable =
        LedgerSnapshot.deletableChunks(host.disk(), directory(), STORE, index -> true);
    assertThat(deletable).containsExactly(0L, 1L, 2L);
    LedgerSnapshot.deleteChunks(host.disk(), directory(), deletable);
    assertThat(chunk(2)).doesNotExist();
    assertThat(reopened()).isEqualTo(live);
    Files.write(snapshot(3), new byte[10]);
    assertThat(reopened()).isEqualTo(live);
    Files.write(snapshot(2), new byte[10]);
    assertThatThrownBy(this::reopened)
        .isInstanceOf(ManifestDamagedException.class)
        .hasMessageContaining("chunk is missing")
        .hasMessageContaining("snapshot ignored");
  }

  @Test
  void deletesOnlyChunksThatAreInTheBucket() throws IOException {
    storeWithSnapshots(4);
    assertThat(LedgerSnapshot.deletableChunks(host.disk(), directory(), STORE, i -> i != 1))
        .containsExactly(0L);
    Files.write(snapshot(3), new byte[10]);
    assertThat(LedgerSnapshot.deletableChunks(host.disk(), directory(), STORE, i -> true))
        .isEmpty();
  }

  @Test
  void isTakenOnlyAtTheEndOfAChunk() throws IOException {
    ManifestLog log = open().log();
    assertThat(LedgerSnapshot.canTake(log.ledger())).isFalse();
    addRecords(log);
    log.rotate();
    assertThat(LedgerSnapshot.canTake(log.ledger())).isTrue();
    addRecords(log);
    assertThatThrownBy(() -> LedgerSnapshot.take(log.ledger(), new TreeMap<>()))
        .isInstanceOf(IllegalStateException.class);
    log.close();
  }

  @Test
  void keepsExtras() throws IOException {
    ManifestLog log = open().log();
    addRecords(log);
    log.rotate();
    TreeMap<Integer, byte[]> extras = new TreeMap<>();
    extras.put(3, new byte[] {1, 2});
    LedgerSnapshot.write(host.disk(), directory(), LedgerSnapshot.take(log.ledger(), extras));
    log.close();
    ReplayResult again = open();
    assertThat(again.extras().get(3)).containsExactly(1, 2);
  }

  @Test
  void foldsChunksFromTheBucketLikeTheWriter() throws IOException {
    ManifestLog log = open().log();
    List<SealedChunk> chunks = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      addRecords(log);
      chunks.add(log.rotate());
    }
    Ledger follower = new Ledger(STORE);
    for (SealedChunk sealed : chunks) {
      ManifestReplay.applyChunk(follower, Files.readAllBytes(sealed.path()), "object");
    }
    assertThat(facts(follower)).isEqualTo(facts(log.ledger()));
    byte[] first = Files.readAllBytes(chunks.get(0).path());
    assertThatThrownBy(() -> ManifestReplay.applyChunk(follower, first, "object"))
        .isInstanceOf(ManifestDamagedException.class)
        .hasMessageContaining("does not follow");
    byte[] unsealed = Arrays.copyOf(first, first.length - 52);
    assertThatThrownBy(() -> ManifestReplay.applyChunk(new Ledger(STORE), unsealed, "object"))
        .hasMessageContaining("not sealed");
    assertThat(first).hasSizeGreaterThan(ManifestChunkHeaderCodec.SIZE);
    log.close();
  }
}
