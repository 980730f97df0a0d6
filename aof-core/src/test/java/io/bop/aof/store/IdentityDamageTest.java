package io.bop.aof.store;

import static io.bop.aof.store.StressFixture.config;
import static io.bop.aof.store.StressFixture.memory;
import static io.bop.aof.store.StressFixture.payload;
import static io.bop.aof.store.StressFixture.verifyAll;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bop.aof.AofConfig;
import io.bop.aof.AofException;
import io.bop.aof.AofStore;
import io.bop.aof.AofStream;
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
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A store that lost, or had damaged, what says whose files these are. */
@Timeout(60)
class IdentityDamageTest {

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
