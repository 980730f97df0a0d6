package io.bop.aof.store;

import static io.bop.aof.store.StressFixture.config;
import static io.bop.aof.store.StressFixture.memory;
import static io.bop.aof.store.StressFixture.payload;
import static io.bop.aof.store.StressFixture.verifyAll;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bop.aof.AofConfig;
import io.bop.aof.AofException;
import io.bop.aof.AofReader;
import io.bop.aof.AofRecord;
import io.bop.aof.AofStore;
import io.bop.aof.AofStream;
import io.bop.aof.ReadFrom;
import io.bop.aof.SegmentState;
import io.bop.aof.Tier2Type;
import io.bop.aof.format.MalformedException;
import io.bop.aof.format.SegmentHeader;
import io.bop.aof.format.SegmentHeaderCodec;
import io.bop.aof.format.SegmentHeaderLayout;
import io.bop.aof.format.SlotState;
import io.bop.aof.manifest.ManifestDamagedException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A store that lost, or had damaged, what says whose files these are. */
@Timeout(60)
class IdentityDamageTest {

  private static final int STREAMS = 8;

  @TempDir Path root;

  @BeforeEach
  void fill() {
    try (AofStore store = open()) {
      AofStream stream = store.stream("s");
      for (int n = 0; n < 100; n++) {
        stream.append(memory(payload(0, n, 500)));
      }
      stream.flush();
    }
  }

  private AofStore open() {
    AofConfig.Builder config = config(root).tier2(t -> t.withType(Tier2Type.NONE));
    return AofStore.open(config.build());
  }

  private Map<String, byte[]> content() throws Exception {
    Map<String, byte[]> content = new TreeMap<>();
    for (Path path : StressFixture.files(root, "")) {
      if (Files.isRegularFile(path) && !path.toString().endsWith(".pid")) {
        content.put(root.relativize(path).toString(), Files.readAllBytes(path));
      }
    }
    return content;
  }

  private void assertRefusedAndUntouched(Class<? extends AofException> type, String... words)
      throws Exception {
    Map<String, byte[]> before = content();
    assertThatThrownBy(this::open).isInstanceOf(type).hasMessageContainingAll(words);
    assertThat(content()).containsExactlyEntriesOf(before);
  }

  @Test
  void refusesToBeginANewStoreOverTheFilesOfAnother() throws Exception {
    byte[] identity = Files.readAllBytes(root.resolve("store.json"));
    Files.delete(root.resolve("store.json"));
    assertRefusedAndUntouched(AofException.class, "store.json", "action=");
    Files.write(root.resolve("store.json"), identity);
    try (AofStore store = open()) {
      assertThat(verifyAll(store.stream("s"), 1)).containsExactly(100);
    }
  }

  @Test
  void refusesToBeginANewStoreWhenOnlySlotsAreLeft() throws Exception {
    Files.delete(root.resolve("store.json"));
    StressFixture.deleteTree(root.resolve("manifest"));
    assertRefusedAndUntouched(AofException.class, "store.json", "tier0");
  }

  @Test
  void refusesAnIdentityThatIsTooLargeWithoutReadingIt() throws Exception {
    try (RandomAccessFile file = new RandomAccessFile(root.resolve("store.json").toFile(), "rw")) {
      file.setLength(5L << 30);
    }
    assertThatThrownBy(this::open)
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("too large");
  }

  @Test
  void refusesAManifestChunkThatIsTooLargeWithoutReadingIt() throws Exception {
    Path chunk = StressFixture.files(root.resolve("manifest"), ".mlog").get(0);
    try (RandomAccessFile file = new RandomAccessFile(chunk.toFile(), "rw")) {
      file.setLength(5L << 30);
    }
    assertThatThrownBy(this::open)
        .isInstanceOf(ManifestDamagedException.class)
        .hasMessageContaining(chunk.getFileName().toString());
  }

  @Test
  void refusesAManifestThatIsOlderThanItsSlots() throws Exception {
    Path slot = StressFixture.files(root.resolve("tier0"), ".seg").get(0);
    byte[] bytes = Files.readAllBytes(slot);
    byte[] original = bytes.clone();
    SegmentHeader h = SegmentHeaderCodec.decode(bytes);
    for (SegmentHeader unknown : new SegmentHeader[] {with(h, 99, h.epoch()), with(h, 1, 77)}) {
      SegmentHeaderCodec.encode(unknown, ByteBuffer.wrap(bytes));
      Files.write(slot, bytes);
      assertThatThrownBy(this::open)
          .isInstanceOf(ManifestDamagedException.class)
          .hasMessageContaining("slot=");
      assertThat(Files.readAllBytes(slot)).isEqualTo(bytes);
    }
    Files.write(slot, original);
    try (AofStore store = open()) {
      assertThat(verifyAll(store.stream("s"), 1)).containsExactly(100);
    }
  }

  private static SegmentHeader with(SegmentHeader h, long streamId, long epoch) {
    return new SegmentHeader(
        h.storeId(),
        h.salt(),
        streamId,
        1,
        0,
        0,
        h.fileSize(),
        h.createdMicros(),
        epoch,
        SlotState.IN_USE);
  }

  /* Both begin at offset 0 and have segment 1; only what the manifest knows tells them apart. */
  @Test
  void neverTakesTheWarmFileOfAnotherStreamForItsOwn() throws Exception {
    try (AofStore store = open()) {
      for (int writer = 0; writer < STREAMS; writer++) {
        AofStream stream = store.stream("warm-" + writer);
        for (int n = 0; n < 20; n++) {
          stream.append(memory(payload(writer, n, 1_000)));
        }
        stream.seal();
        Awaitility.await("compression runs in the background")
            .until(() -> stream.snapshot().segments().get(0).state() == SegmentState.COMPRESSED);
      }
    }
    StressFixture.deleteTree(root.resolve("tier0"));
    List<Path> files = StressFixture.files(root.resolve("tier1"), ".zst");
    Map<Long, Path> bySize = new HashMap<>();
    int swapped = 0;
    for (Path file : files) {
      Path twin = bySize.put(Files.size(file), file);
      if (twin != null) {
        Path aside = root.resolve("aside");
        Files.move(twin, aside);
        Files.move(file, twin);
        Files.move(aside, file);
        swapped++;
      }
    }
    assertThat(swapped).as("pairs of the same size").isPositive();
    int refused = 0;
    try (AofStore store = open()) {
      for (int writer = 0; writer < STREAMS; writer++) {
        try (AofReader reader = store.stream("warm-" + writer).reader(ReadFrom.earliest())) {
          for (AofRecord r = reader.next(); r != null; r = reader.next()) {
            assertThat(StressFixture.writerOf(r.payloadBytes())).isEqualTo(writer);
          }
        } catch (AofException e) {
          refused++;
        }
      }
    }
    assertThat(refused).isPositive();
  }

  @Test
  void setsASlotOfNoKnownSizeAside() throws Exception {
    Path odd = root.resolve("tier0").resolve("77.seg");
    SegmentHeader h =
        SegmentHeaderCodec.decode(
            Files.readAllBytes(StressFixture.files(root.resolve("tier0"), ".seg").get(0)));
    byte[] page = new byte[3 * SegmentHeaderLayout.PAGE_SIZE];
    SegmentHeaderCodec.encode(
        new SegmentHeader(h.storeId(), 5, 1, 9, 100, 0, page.length, 0, 1, SlotState.IN_USE),
        ByteBuffer.wrap(page));
    Files.write(odd, page);
    try (AofStore store = open()) {
      assertThat(store.snapshot().recovery().quarantined()).hasSize(1);
      assertThat(verifyAll(store.stream("s"), 1)).containsExactly(100);
    }
  }
}
