package io.bop.aof.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bop.aof.UnsupportedFormatException;
import io.bop.aof.format.ManifestChunkHeaderCodec;
import io.bop.aof.format.ManifestRecord;
import io.bop.aof.format.ManifestRecord.StreamCreated;
import io.bop.aof.format.ManifestRecord.Unknown;
import io.bop.aof.format.ManifestRecord.WriterEpoch;
import io.bop.aof.format.ManifestRecordCodec;
import io.bop.aof.format.ObjectKeys;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManifestStoreTest {

  private static final UUID STORE = new UUID(7, 9);
  private static final ManifestStore.Options OPTIONS =
      new ManifestStore.Options(STORE, 16 * 1024, false);

  @TempDir Path root;

  private final FaultyHost host = new FaultyHost();

  private ReplayResult open() throws IOException {
    return ManifestStore.open(host, root.resolve("manifest"), OPTIONS);
  }

  private Path chunk(long index) {
    return root.resolve("manifest").resolve(ObjectKeys.chunkName(index));
  }

  private static StreamCreated stream(Ledger ledger, String name) {
    return new StreamCreated(ledger.nextStreamId(), 5, name, new byte[] {1});
  }

  private void addStreams(ManifestLog log, String... names) {
    for (String name : names) {
      log.append(stream(log.ledger(), name));
    }
  }

  private static String message(UnsupportedFormatException e) {
    return String.valueOf(e.getMessage());
  }

  private Path mark() {
    return root.resolve("manifest").resolve("durable.mark");
  }

  private Map<String, byte[]> content() throws IOException {
    Map<String, byte[]> content = new TreeMap<>();
    try (Stream<Path> paths = Files.list(root.resolve("manifest"))) {
      for (Path path : paths.toList()) {
        content.put(path.getFileName().toString(), Files.readAllBytes(path));
      }
    }
    return content;
  }

  @Test
  void beginsEmptyAndFindsAgainWhatItForced() throws IOException {
    try (ManifestLog log = open().log()) {
      assertThat(log.epoch()).isEqualTo(1);
      addStreams(log, "a", "b");
    }
    ReplayResult again = open();
    assertThat(again.created()).isFalse();
    assertThat(again.tornBytes()).isZero();
    assertThat(again.ledger().stream("b")).isNotNull();
    assertThat(again.ledger().nextStreamId()).isEqualTo(3);
    assertThat(again.log().epoch()).isEqualTo(2);
    assertThat(again.log().chunkIndex()).isEqualTo(1);
    assertThat(again.sealedChunks()).extracting(SealedChunk::index).containsExactly(0L);
    again.log().close();
  }

  @Test
  void leavesNoFileBehindWhenNothingWasAppended() throws IOException {
    ReplayResult first = open();
    assertThat(first.created()).isTrue();
    first.log().close();
    assertThat(content()).isEmpty();
    assertThat(open().created()).isTrue();
  }

  @Test
  void cutsATornTailAtEveryByte() throws IOException {
    List<Integer> ends = new ArrayList<>();
    ends.add(ManifestChunkHeaderCodec.SIZE);
    try (ManifestLog log = open().log()) {
      for (String name : List.of("a", "bb", "ccc")) {
        addStreams(log, name);
        ends.add((int) log.chunkBytes());
      }
    }
    byte[] whole = Files.readAllBytes(chunk(0));
    assertThat(whole).hasSize(ends.get(3));
    for (int length = 0; length <= whole.length; length++) {
      for (byte[] torn : tornAt(whole, length)) {
        Files.write(chunk(0), torn);
        Files.deleteIfExists(chunk(1));
        // After a power loss it may be as old as that.
        Files.deleteIfExists(mark());
        int kept = length;
        long records = ends.stream().filter(end -> end <= kept).count() - 1;
        ReplayResult result = open();
        assertThat(result.ledger().streams())
            .as("cut at %d", length)
            .hasSize((int) Math.max(0, records));
        addStreams(result.log(), "next");
        result.log().close();
        ReplayResult again = open();
        assertThat(again.ledger().stream("next")).as("cut at %d", length).isNotNull();
        assertThat(again.ledger().streams()).hasSize((int) Math.max(0, records) + 1);
        again.log().close();
      }
    }
  }

  /* Shorter, filled with zeros, filled with rubbish; where a header is torn only the first. */
  private static List<byte[]> tornAt(byte[] whole, int length) {
    byte[] cut = Arrays.copyOf(whole, length);
    if (length < ManifestChunkHeaderCodec.SIZE) {
      return List.of(cut);
    }
    byte[] zeros = Arrays.copyOf(cut, whole.length + 100);
    byte[] rubbish = whole.clone();
    for (int i = length; i < rubbish.length; i++) {
      rubbish[i] ^= 0x5A;
    }
    return List.of(cut, zeros, rubbish);
  }

  @Test
  void refusesEveryFlippedByteInASealedChunk() throws IOException {
    ManifestLog log = open().log();
    addStreams(log, "a", "b");
    log.rotate();
    addStreams(log, "c");
    log.close();
    byte[] whole = Files.readAllBytes(chunk(0));
    Map<String, byte[]> before = content();
    for (int at = 0; at < whole.length; at++) {
      byte[] damaged = whole.clone();
      damaged[at] ^= 0x10;
      Files.write(chunk(0), damaged);
      assertThatThrownBy(this::open)
          .as("flipped at %d", at)
          .isInstanceOf(ManifestDamagedException.class)
          .hasMessageContaining(ObjectKeys.chunkName(0));
    }
    Files.write(chunk(0), whole);
    assertThat(content()).containsOnlyKeys(before.keySet());
  }

  @Test
  void refusesDamageInTheNewestChunkOnceItIsSealed() throws IOException {
    ManifestLog log = open().log();
    addStreams(log, "a", "b");
    log.rotate();
    log.close();
    Files.deleteIfExists(chunk(1));
    byte[] damaged = Files.readAllBytes(chunk(0));
    damaged[ManifestChunkHeaderCodec.SIZE + 50] ^= 1;
    Files.write(chunk(0), damaged);
    assertThatThrownBy(this::open)
        .isInstanceOfSatisfying(
            ManifestDamagedException.class,
            e -> assertThat(e.position()).isEqualTo(ManifestChunkHeaderCodec.SIZE));
  }

  @Test
  void namesAMissingChunk() throws IOException {
    ManifestLog log = open().log();
    for (String name : List.of("a", "b", "c")) {
      addStreams(log, name);
      log.rotate();
    }
    log.close();
    Files.delete(chunk(1));
    assertThatThrownBy(this::open)
        .isInstanceOf(ManifestDamagedException.class)
        .hasMessageContaining(ObjectKeys.chunkName(1))
        .hasMessageContaining("missing");
  }

  @Test
  void refusesANewerVersionAndWritesNothing() throws IOException {
    ManifestLog log = open().log();
    addStreams(log, "a");
    log.close();
    byte[] newer = Files.readAllBytes(chunk(0));
    newer[ManifestChunkHeaderCodec.VERSION_AT] = 2;
    CRC32C crc = new CRC32C();
    crc.update(newer, 0, ManifestChunkHeaderCodec.CRC_AT);
    ByteBuffer.wrap(newer)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(ManifestChunkHeaderCodec.CRC_AT, (int) crc.getValue());
    Files.write(chunk(0), newer);
    host.trace.clear();
    assertThatThrownBy(this::open)
        .isInstanceOfSatisfying(
            UnsupportedFormatException.class,
            e -> assertThat(message(e)).contains("found=2", "readable=1"));
    assertThat(host.trace).isEmpty();
    assertThat(content()).containsOnlyKeys(ObjectKeys.chunkName(0), "durable.mark");
  }

  @Test
  void refusesTheChunkOfAnotherStore() throws IOException {
    ManifestLog log = open().log();
    addStreams(log, "a");
    log.close();
    ManifestStore.Options other = new ManifestStore.Options(new UUID(1, 1), 16 * 1024, false);
    assertThatThrownBy(() -> ManifestStore.open(host, root.resolve("manifest"), other))
        .isInstanceOf(ManifestDamagedException.class)
        .hasMessageContaining("another store");
  }

  @Test
  void sealsDurablyBeforeTheNextChunkExists() throws IOException {
    ManifestLog log = open().log();
    addStreams(log, "a");
    log.force();
    host.trace.clear();
    SealedChunk sealed = log.rotate();
    String first = ObjectKeys.chunkName(0);
    String second = ObjectKeys.chunkName(1);
    assertThat(host.trace)
        .containsExactly(
            "write " + first,
            "force " + first,
            "write durable.mark",
            "create " + second + ".tmp",
            "write " + second + ".tmp",
            "force " + second + ".tmp",
            "rename " + second,
            "sync");
    assertThat(sealed.records()).isEqualTo(2);
    assertThat(sealed.length()).isEqualTo(Files.size(chunk(0)));
    assertThat(log.chunkIndex()).isEqualTo(1);
    log.close();
    assertThat(open().sealedChunks().get(0)).isEqualTo(sealed);
  }

  @Test
  void handsOnTheChunksThatASnapshotStandsFor() throws IOException {
    ManifestLog log = open().log();
    addStreams(log, "a");
    SealedChunk covered = log.rotate();
    LedgerSnapshot.write(host.disk(), root.resolve("manifest"), log.ledger(), covered.index());
    addStreams(log, "b");
    log.close();

    ReplayResult again = open();

    // The process may have ended before the first of them was in Tier 2.
    assertThat(again.sealedChunks()).extracting(SealedChunk::index).containsExactly(0L, 1L);
    assertThat(again.sealedChunks().get(0)).isEqualTo(covered);
    assertThat(again.ledger().stream("a")).isNotNull();
    again.log().close();
  }

  @Test
  void opensWithADamagedChunkThatASnapshotStandsFor() throws IOException {
    ManifestLog log = open().log();
    addStreams(log, "a");
    log.rotate();
    addStreams(log, "b");
    SealedChunk second = log.rotate();
    LedgerSnapshot.write(host.disk(), root.resolve("manifest"), log.ledger(), second.index());
    log.close();
    byte[] bytes = Files.readAllBytes(chunk(0));
    bytes[bytes.length / 2] ^= 1;
    Files.write(chunk(0), bytes);

    ReplayResult again = open();

    assertThat(again.warnings()).anyMatch(warning -> warning.contains(ObjectKeys.chunkName(0)));
    assertThat(again.sealedChunks()).extracting(SealedChunk::index).containsExactly(1L, 2L);
    again.log().close();
  }

  @Test
  void wantsToRotateWhenTheChunkIsFull() throws IOException {
    ManifestLog log = open().log();
    addStreams(log, "a");
    assertThat(log.shouldRotate()).isFalse();
    log.append(new ManifestRecord.CustomEvent(1, 0, 1, 1, new byte[16 * 1024]));
    assertThat(log.shouldRotate()).isTrue();
    log.rotate();
    assertThat(log.shouldRotate()).isFalse();
    log.close();
  }

  @Test
  void keepsRecordsOfUnknownTypesInTheChunk() throws IOException {
    Unknown unknown = new Unknown(500, 1, 0, 4, new byte[] {1, 2, 3});
    ManifestLog log = open().log();
    addStreams(log, "a");
    log.append(unknown);
    log.close();
    ReplayResult again = open();
    assertThat(again.replayedRecords()).isEqualTo(3);
    byte[] bytes = Files.readAllBytes(chunk(0));
    byte[] encoded = ManifestRecordCodec.encode(unknown);
    int at = bytes.length - 52 - encoded.length;
    assertThat(Arrays.copyOfRange(bytes, at, at + encoded.length)).isEqualTo(encoded);
    again.log().close();
  }

  @Test
  void forcesAnUnsureSealAgainBeforeItGoesOn() throws IOException {
    ManifestLog log = open().log();
    addStreams(log, "a");
    log.rotate();
    log.close();
    Files.deleteIfExists(chunk(1));
    byte[] before = Files.readAllBytes(chunk(0));
    host.trace.clear();
    ReplayResult again = open();
    assertThat(host.trace)
        .containsSubsequence(
            "force " + ObjectKeys.chunkName(0) + ".tmp", "rename " + ObjectKeys.chunkName(0));
    assertThat(Files.readAllBytes(chunk(0))).isEqualTo(before);
    assertThat(again.log().chunkIndex()).isEqualTo(1);
  }

  @Test
  void removesLeftOverTemporaryFiles() throws IOException {
    ManifestLog log = open().log();
    addStreams(log, "a");
    log.close();
    Path left = chunk(5).resolveSibling(ObjectKeys.chunkName(5) + ".tmp");
    Files.write(left, new byte[3]);
    open().log().close();
    assertThat(left).doesNotExist();
  }

  @Test
  void countsEpochsUpAlsoWhenTheyWereNotAnnounced() throws IOException {
    for (int i = 1; i <= 3; i++) {
      ManifestLog log = open().log();
      assertThat(log.epoch()).isEqualTo(i);
      addStreams(log, "s" + i);
      log.close();
    }
    ManifestStore.Options options = new ManifestStore.Options(STORE, 16 * 1024, true);
    for (long epoch = 1_000_000; epoch <= 2_000_000; epoch += 1_000_000) {
      try (ManifestLog log = ManifestStore.open(host, root.resolve("manifest"), options).log()) {
        assertThat(log.epoch()).isEqualTo(epoch);
        WriterEpoch wrong = new WriterEpoch(1, epoch + 1, new UUID(1, 1), Map.of());
        assertThatThrownBy(() -> log.append(wrong)).isInstanceOf(InvariantException.class);
        log.append(new WriterEpoch(1, epoch, new UUID(1, 1), Map.of()));
        assertThat(log.ledger().announcedEpoch()).isEqualTo(epoch);
      }
    }
    try (ManifestLog log = open().log()) {
      assertThat(log.epoch()).isEqualTo(2_000_001);
    }
  }
}
