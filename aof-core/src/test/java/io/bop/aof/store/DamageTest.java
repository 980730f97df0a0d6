package io.bop.aof.store;

import static io.bop.aof.store.StressFixture.MIB;
import static io.bop.aof.store.StressFixture.config;
import static io.bop.aof.store.StressFixture.deleteTree;
import static io.bop.aof.store.StressFixture.files;
import static io.bop.aof.store.StressFixture.memory;
import static io.bop.aof.store.StressFixture.payload;
import static io.bop.aof.store.StressFixture.verifyAll;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bop.aof.AofException;
import io.bop.aof.AofStore;
import io.bop.aof.AofStream;
import io.bop.aof.CorruptionException;
import io.bop.aof.RecoveryReport;
import io.bop.aof.SegmentUnavailableException;
import io.bop.aof.Tier;
import io.bop.aof.format.SegmentHeader;
import io.bop.aof.format.SegmentHeaderCodec;
import io.bop.aof.format.SegmentHeaderLayout;
import io.bop.aof.format.SlotState;
import io.bop.aof.segment.SegmentScan;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Files that somebody damaged while the store was closed, or open. */
@Timeout(60)
class DamageTest {

  private static final int SIZE = 1_000;

  @TempDir Path root;
  @TempDir Path other;

  private static void append(AofStream stream, long from, long to) {
    for (long n = from; n < to; n++) {
      stream.append(memory(payload(0, n, SIZE)));
    }
    stream.flush();
  }

  /* An idle store that is copied is what a killed process leaves: nothing is written meanwhile. */
  private void copyOfIdleStore() throws Exception {
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes)
              throws IOException {
            Files.createDirectories(other.resolve(root.relativize(path)));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path path, BasicFileAttributes attributes)
              throws IOException {
            copyIfThere(path, other.resolve(root.relativize(path)));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path path, IOException e) {
            assertThat(path.toString()).endsWith(".tmp");
            return FileVisitResult.CONTINUE;
          }
        });
  }

  /* A spare that is being allocated has a temporary name, and may have its own one by now. */
  private static void copyIfThere(Path path, Path target) throws IOException {
    try {
      Files.copy(path, target);
    } catch (NoSuchFileException e) {
      assertThat(path.toString()).endsWith(".tmp");
    }
  }

  private void killedStoreWith(long records) throws Exception {
    try (AofStore store = AofStore.open(config(root).build())) {
      append(store.stream("s"), 0, records);
      copyOfIdleStore();
    }
  }

  private static void overwrite(Path file, long position, byte[] bytes) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(bytes), position);
    }
  }

  private static byte[] garbage(int length) {
    byte[] bytes = new byte[length];
    SplittableRandom random = new SplittableRandom(length);
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) random.nextInt();
    }
    return bytes;
  }

  private record Found(Path file, SegmentHeader header, long dataEnd) {}

  private static List<Found> slotsInUse(Path store) throws Exception {
    List<Found> found = new ArrayList<>();
    for (Path file : files(store.resolve("tier0"), ".seg")) {
      byte[] bytes = Files.readAllBytes(file);
      byte[] page = Arrays.copyOf(bytes, SegmentHeaderLayout.PAGE_SIZE);
      SegmentHeader header = SegmentHeaderCodec.decode(page, file.toString());
      if (header.state() == SlotState.IN_USE) {
        SegmentScan.Result scan =
            SegmentScan.run(
                (position, dst, offset, length) ->
                    System.arraycopy(bytes, (int) position, dst, offset, length),
                header.salt(),
                header.baseOffset(),
                bytes.length);
        found.add(new Found(file, header, scan.dataEnd()));
      }
    }
    return found;
  }

  /* Two forces, because the durable mark trails by one; a new stream forces the manifest. */
  private Found killedStoreWithDurableRecords() throws Exception {
    try (AofStore store = AofStore.open(config(root).build())) {
      append(store.stream("s"), 0, 250);
      append(store.stream("s"), 250, 500);
      store.stream("forces-the-manifest");
      copyOfIdleStore();
    }
    return slotsInUse(other).get(0);
  }

  private void assertRefusedAtEveryOpen(Class<? extends AofException> reason) {
    for (int open = 0; open < 3; open++) {
      try (AofStore store = AofStore.open(config(other).build())) {
        AofStream stream = store.stream("s");
        assertThatThrownBy(() -> stream.append(new byte[1]))
            .as("open %d", open)
            .isInstanceOf(reason);
        assertThat(store.snapshot().recovery().needsRecovery()).isNotEmpty();
      }
    }
  }

  @Test
  void refusesAtEveryOpenWhenDurableRecordsAreDamagedAndTouchesNothing() throws Exception {
    Found slot = killedStoreWithDurableRecords();
    overwrite(slot.file(), SegmentHeaderLayout.PAGE_SIZE + 40, garbage(8));
    byte[] before = Files.readAllBytes(slot.file());
    assertRefusedAtEveryOpen(CorruptionException.class);
    assertThat(Files.readAllBytes(slot.file())).isEqualTo(before);
  }

  @Test
  void refusesAtEveryOpenWhenTheSlotOfAnUnsealedSegmentIsGone() throws Exception {
    Found slot = killedStoreWithDurableRecords();
    Path aside = other.resolve("aside");
    Files.move(slot.file(), aside);
    assertRefusedAtEveryOpen(SegmentUnavailableException.class);
    Files.move(aside, slot.file());
    try (AofStore store = AofStore.open(config(other).build())) {
      assertThat(store.stream("s").nextOffset()).isEqualTo(500);
    }
  }

  @Test
  void refusesWhereUnsealedSegmentsChangedPlacesAndGoesOnWhenTheyAreBack() throws Exception {
    try (AofStore store = AofStore.open(config(root).build())) {
      append(store.stream("s"), 0, 100);
      append(store.stream("t"), 0, 50);
      store.stream("forces-the-manifest");
      copyOfIdleStore();
    }
    List<Found> slots = slotsInUse(other);
    assertThat(slots).hasSize(2);
    swap(slots.get(0).file(), slots.get(1).file());
    assertRefusedAtEveryOpen(SegmentUnavailableException.class);
    swap(slots.get(0).file(), slots.get(1).file());
    try (AofStore store = AofStore.open(config(other).build())) {
      assertThat(verifyAll(store.stream("s"), 1)).containsExactly(100);
      assertThat(verifyAll(store.stream("t"), 1)).containsExactly(50);
    }
  }

  private void swap(Path one, Path another) throws IOException {
    Path aside = other.resolve("aside");
    Files.move(one, aside);
    Files.move(another, one);
    Files.move(aside, another);
  }

  @Test
  void cutsWhatIsTornBehindTheLastWholeRecordAndGoesOn() throws Exception {
    killedStoreWith(500);
    Found slot = slotsInUse(other).get(0);
    assertThat(slot.dataEnd()).isGreaterThan(500 * SIZE);
    for (int garbled : new int[] {1, 17, 4_096, 100_000}) {
      overwrite(slot.file(), slot.dataEnd(), garbage(garbled));
    }
    try (AofStore store = AofStore.open(config(other).build())) {
      RecoveryReport report = store.snapshot().recovery();
      assertThat(report.cleanClose()).isFalse();
      assertThat(report.scannedSegments()).isEqualTo(1);
      assertThat(report.recoveredRecords()).isEqualTo(500);
      AofStream stream = store.stream("s");
      assertThat(stream.nextOffset()).isEqualTo(500);
      append(stream, 500, 1_500);
      assertThat(verifyAll(stream, 1)).containsExactly(1_500);
      StressFixture.awaitUploaded(stream);
    }
  }

  @Test
  void cutsARecordThatIsTornInItsMiddleAndReportsIt() throws Exception {
    try (AofStore store = AofStore.open(config(root).build())) {
      AofStream stream = store.stream("s");
      append(stream, 0, 100);
      copyOfIdleStore();
    }
    Found slot = slotsInUse(other).get(0);
    // The durable mark stands before the last force's bytes: the last record is behind it.
    overwrite(slot.file(), slot.dataEnd() - 40, garbage(40));
    try (AofStore store = AofStore.open(config(other).build())) {
      RecoveryReport report = store.snapshot().recovery();
      AofStream stream = store.stream("s");
      assertThat(report.needsRecovery()).isEmpty();
      assertThat(report.recoveredRecords()).isEqualTo(99);
      assertThat(report.truncatedBytes()).isBetween((long) SIZE, SIZE + 64L);
      assertThat(stream.nextOffset()).isEqualTo(99);
      append(stream, 99, 200);
      assertThat(verifyAll(stream, 1)).containsExactly(200);
    }
  }

  @Test
  void setsASlotWithAGarbledHeaderAsideAndStarts() throws Exception {
    try (AofStore store = AofStore.open(config(root).build())) {
      AofStream stream = store.stream("s");
      append(stream, 0, 3_000);
      StressFixture.awaitUploaded(stream);
    }
    Found slot = slotsInUse(root).get(0);
    overwrite(slot.file(), 0, garbage(SegmentHeaderLayout.PAGE_SIZE));
    try (AofStore store = AofStore.open(config(root).build())) {
      RecoveryReport report = store.snapshot().recovery();
      assertThat(report.quarantined()).hasSize(1);
      assertThat(report.quarantined().get(0)).contains(slot.file().getFileName().toString());
      assertThat(Path.of(report.quarantined().get(0))).exists();
      assertThat(report.needsRecovery())
          .containsExactly("s/" + slot.header().segmentId() + ": TIER0");
      AofStream stream = store.stream("s");
      append(stream, 3_000, 6_000);
      assertThat(verifyAll(stream, 1)).containsExactly(6_000);
      awaitRepaired(store);
    }
    try (AofStore store = AofStore.open(config(root).build())) {
      assertThat(store.snapshot().recovery().needsRecovery()).isEmpty();
      assertThat(verifyAll(store.stream("s"), 1)).containsExactly(6_000);
    }
  }

  private static void awaitRepaired(AofStore store) {
    Awaitility.await("repair runs in the background")
        .atMost(15, TimeUnit.SECONDS)
        .until(() -> store.snapshot().needsRecovery() == 0);
  }

  @Test
  void servesAndRepairsAGarbledWarmFileFromTheHotCopy() throws Exception {
    try (AofStore store = AofStore.open(config(root).build())) {
      AofStream stream = store.stream("s");
      append(stream, 0, 3_000);
      StressFixture.awaitUploaded(stream);
    }
    garbleWarmFiles();
    try (AofStore store = AofStore.open(config(root).build())) {
      assertThat(verifyAll(store.stream("s"), 1)).containsExactly(3_000);
      assertThat(store.snapshot().manifest().failure()).isNull();
    }
  }

  @Test
  void servesAGarbledWarmFileFromTheObjectAndMakesItAgain() throws Exception {
    try (AofStore store = AofStore.open(config(root).build())) {
      AofStream stream = store.stream("s");
      append(stream, 0, 6_000);
      StressFixture.awaitUploaded(stream);
    }
    garbleWarmFiles();
    deleteTree(root.resolve("tier0"));
    try (AofStore store = AofStore.open(config(root).build())) {
      AofStream stream = store.stream("s");
      assertThat(verifyAll(stream, 1)).containsExactly(6_000);
      awaitRepaired(store);
      Awaitility.await("warm files come back")
          .atMost(15, TimeUnit.SECONDS)
          .until(
              () ->
                  stream.snapshot().segments().stream()
                      .allMatch(s -> s.residency().contains(Tier.TIER1)));
      assertThat(verifyAll(stream, 1)).containsExactly(6_000);
    }
  }

  private void garbleWarmFiles() throws Exception {
    List<Path> warm = files(root.resolve("tier1"), ".zst");
    assertThat(warm).hasSizeGreaterThan(1);
    for (int i = 0; i < warm.size(); i++) {
      long size = Files.size(warm.get(i));
      switch (i % 3) {
        case 0 -> overwrite(warm.get(i), size / 2, garbage(100));
        case 1 -> overwrite(warm.get(i), size - 200, garbage(200));
        default -> Files.delete(warm.get(i));
      }
    }
  }

  @Test
  void servesWarmFilesDeletedWhileTheStoreIsOpen() throws Exception {
    try (AofStore store = AofStore.open(config(root).tier0(t -> t.withMaxBytes(4 * MIB)).build())) {
      AofStream stream = store.stream("s");
      append(stream, 0, 8_000);
      StressFixture.awaitUploaded(stream);
      for (Path file : files(root.resolve("tier1"), ".zst")) {
        Files.delete(file);
      }
      assertThat(verifyAll(stream, 1)).containsExactly(8_000);
      awaitRepaired(store);
      assertThat(store.snapshot().manifest().failure()).isNull();
      assertThat(verifyAll(stream, 1)).containsExactly(8_000);
    }
  }

  @Test
  void bringsWarmFilesBackAfterTier1WasDeleted() throws Exception {
    try (AofStore store = AofStore.open(config(root).tier0(t -> t.withMaxBytes(4 * MIB)).build())) {
      AofStream stream = store.stream("s");
      append(stream, 0, 8_000);
      StressFixture.awaitUploaded(stream);
    }
    deleteTree(root.resolve("tier1"));
    try (AofStore store = AofStore.open(config(root).build())) {
      AofStream stream = store.stream("s");
      assertThat(store.snapshot().recovery().needsRecovery())
          .contains("s/1: TIER1")
          .hasSize(stream.snapshot().segments().size());
      assertThat(verifyAll(stream, 1)).containsExactly(8_000);
      awaitRepaired(store);
      assertThat(files(root.resolve("tier1"), ".zst")).hasSize(stream.snapshot().segments().size());
    }
    try (AofStore store = AofStore.open(config(root).build())) {
      assertThat(store.snapshot().recovery().needsRecovery()).isEmpty();
      assertThat(verifyAll(store.stream("s"), 1)).containsExactly(8_000);
    }
  }

  @Test
  void givesNoWrongRecordWhateverByteOfTheHotCopiesIsDamaged() throws Exception {
    try (AofStore store = AofStore.open(config(root).build())) {
      AofStream stream = store.stream("s");
      append(stream, 0, 3_000);
      StressFixture.awaitUploaded(stream);
    }
    for (Found slot : slotsInUse(root)) {
      overwrite(slot.file(), SegmentHeaderLayout.PAGE_SIZE + 50_000, garbage(64));
      overwrite(slot.file(), slot.dataEnd() - 8, garbage(8));
    }
    try (AofStore store = AofStore.open(config(root).build())) {
      AofStream stream = store.stream("s");
      assertThat(verifyAll(stream, 1)).containsExactly(3_000);
      awaitRepaired(store);
      assertThat(verifyAll(stream, 1)).containsExactly(3_000);
      append(stream, 3_000, 4_000);
      assertThat(verifyAll(stream, 1)).containsExactly(4_000);
    }
  }
}
