package io.bop.aof.cursor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bop.aof.AofConfig;
import io.bop.aof.AofCursors;
import io.bop.aof.AofException;
import io.bop.aof.AofReader;
import io.bop.aof.AofStore;
import io.bop.aof.Cursor;
import io.bop.aof.NamedCursor;
import io.bop.aof.ReadFrom;
import io.bop.aof.StoreClosedException;
import io.bop.aof.Tier2Type;
import io.bop.aof.UnsupportedFormatException;
import io.bop.aof.format.CursorEntry;
import io.bop.aof.format.CursorSlotCodec;
import io.bop.aof.format.CursorSlotCodec.CursorSlot;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CursorFilesTest {

  @TempDir private Path root;
  private AofStore store;

  @BeforeEach
  void open() {
    store = AofStore.open(AofConfig.builder(root).tier2(t -> t.withType(Tier2Type.NONE)).build());
  }

  @AfterEach
  void close() {
    store.close();
  }

  private void reopen() {
    store.close();
    open();
  }

  private Path file(String consumer) throws IOException {
    try (var files = Files.list(root.resolve("cursors"))) {
      return files
          .filter(file -> file.getFileName().toString().startsWith(consumer + "@"))
          .findFirst()
          .orElseThrow();
    }
  }

  @Test
  void whatWasSavedLastIsFoundAlsoByTheNextProcess() {
    store.stream("orders");
    assertThat(store.cursors().find("projection", "orders")).isEmpty();
    for (int offset = 1; offset <= 5; offset++) {
      NamedCursor saved = store.cursors().save("projection", "orders", new Cursor(1, offset));
      assertThat(store.cursors().find("projection", "orders")).contains(saved);
    }
    NamedCursor before = store.cursors().find("projection", "orders").orElseThrow();
    assertThat(before.cursor()).isEqualTo(new Cursor(1, 5));
    reopen();
    assertThat(store.cursors().find("projection", "orders")).contains(before);
    store.cursors().save("projection", "orders", new Cursor(1, 2));
    reopen();
    assertThat(store.cursors().find("projection", "orders").orElseThrow().cursor())
        .isEqualTo(new Cursor(1, 2));
  }

  @Test
  void aReaderGoesOnAtASavedCursor() {
    for (int n = 0; n < 10; n++) {
      store.stream("s").append(new byte[] {(byte) n});
    }
    try (AofReader reader = store.stream("s").reader(ReadFrom.earliest())) {
      for (int n = 0; n < 4; n++) {
        reader.next();
      }
      store.cursors().save("c", "s", reader.cursor());
    }
    reopen();
    Cursor cursor = store.cursors().find("c", "s").orElseThrow().cursor();
    try (AofReader reader = store.stream("s").reader(ReadFrom.cursor(cursor))) {
      assertThat(reader.next().offset()).isEqualTo(4);
    }
  }

  @Test
  void eachConsumerAndEachStreamHasItsOwn() {
    store.stream("a");
    store.stream("b");
    store.cursors().save("two", "a", new Cursor(1, 2));
    store.cursors().save("one", "b", new Cursor(1, 3));
    store.cursors().save("one", "a", new Cursor(1, 1));
    assertThat(store.cursors().list())
        .extracting(c -> c.consumer() + " " + c.stream() + " " + c.cursor())
        .containsExactly("one a 1:1", "one b 1:3", "two a 1:2");
    store.cursors().delete("one", "b");
    store.cursors().delete("nobody", "b");
    reopen();
    assertThat(store.cursors().list())
        .extracting(c -> c.consumer() + " " + c.stream() + " " + c.cursor())
        .containsExactly("one a 1:1", "two a 1:2");
  }

  @Test
  void aNewStreamOfTheSameNameHasNoCursors() throws IOException {
    store.stream("s");
    store.cursors().save("c", "s", new Cursor(1, 7));
    store.deleteStream("s");
    assertThat(store.cursors().find("c", "s")).isEmpty();
    assertThat(store.cursors().list()).isEmpty();
    store.stream("s");
    assertThat(store.cursors().find("c", "s")).isEmpty();
    reopen();
    assertThat(store.cursors().find("c", "s")).isEmpty();
    try (var files = Files.list(root.resolve("cursors"))) {
      assertThat(files).isEmpty();
    }
  }

  @Test
  void refusesWhatCannotBeACursor() {
    AofCursors cursors = store.cursors();
    assertThatThrownBy(() -> cursors.save("c", "unknown", new Cursor(1, 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no such stream: stream=unknown");
    store.stream("s");
    assertThatThrownBy(() -> cursors.save("../c", "s", new Cursor(1, 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("illegal name of a consumer: '../c' must be");
    store.close();
    assertThatThrownBy(() -> cursors.save("c", "s", new Cursor(1, 1)))
        .isInstanceOf(StoreClosedException.class);
  }

  @Test
  void aTornSaveLeavesThePlaceBefore() throws IOException {
    store.stream("s");
    store.cursors().save("c", "s", new Cursor(1, 1));
    store.cursors().save("c", "s", new Cursor(1, 2));
    Path file = file("c");
    damage(file, CursorSlotCodec.SIZE + 100);
    reopen();
    assertThat(store.cursors().find("c", "s").orElseThrow().cursor()).isEqualTo(new Cursor(1, 1));
    store.cursors().save("c", "s", new Cursor(1, 3));
    reopen();
    assertThat(store.cursors().find("c", "s").orElseThrow().cursor()).isEqualTo(new Cursor(1, 3));
  }

  /* Not one slot alone is written again and again. */
  @Test
  void thePlaceBeforeTheLastIsAlwaysThereToo() throws IOException {
    store.stream("s");
    for (int offset = 1; offset <= 4; offset++) {
      store.cursors().save("c", "s", new Cursor(1, offset));
      byte[] bytes = Files.readAllBytes(file("c"));
      List<Long> kept = new ArrayList<>();
      for (int at = 0; offset > 1 && at < bytes.length; at += CursorSlotCodec.SIZE) {
        kept.add(CursorSlotCodec.decode(bytes, at, "c").entry().offset());
      }
      if (offset > 1) {
        assertThat(kept).containsExactlyInAnyOrder(offset - 1L, (long) offset);
      }
    }
  }

  private static void damage(Path file, int at) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[at] ^= 1;
    Files.write(file, bytes);
  }

  @Test
  void aDamagedCursorIsNotTakenForNone() throws IOException {
    store.stream("s");
    store.cursors().save("c", "s", new Cursor(1, 1));
    store.cursors().save("c", "s", new Cursor(1, 2));
    Path file = file("c");
    damage(file, 100);
    damage(file, CursorSlotCodec.SIZE + 100);
    reopen();
    assertThatThrownBy(() -> store.cursors().find("c", "s"))
        .isInstanceOf(AofException.class)
        .hasMessageContaining("cursor is damaged: consumer=c stream=s file=" + file)
        .hasMessageContaining("action=delete the cursor");
    store.cursors().delete("c", "s");
    assertThat(store.cursors().find("c", "s")).isEmpty();
  }

  @Test
  void theFileOfAnotherCursorIsDamage() throws IOException {
    store.stream("s");
    store.cursors().save("a", "s", new Cursor(1, 1));
    store.cursors().save("b", "s", new Cursor(1, 2));
    Files.copy(file("a"), file("b"), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    reopen();
    assertThatThrownBy(() -> store.cursors().find("b", "s")).isInstanceOf(AofException.class);
    assertThat(store.cursors().find("a", "s")).isPresent();
  }

  @Test
  void aCursorOfANewerReleaseStopsTheOpen() throws IOException {
    store.stream("s");
    store.cursors().save("c", "s", new Cursor(1, 1));
    Path file = file("c");
    store.close();
    byte[] bytes = Files.readAllBytes(file);
    ByteBuffer slot = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    slot.putInt(8, CursorSlotCodec.VERSION + 1);
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, CursorSlotCodec.SIZE - 4);
    slot.putInt(CursorSlotCodec.SIZE - 4, (int) crc.getValue());
    Files.write(file, bytes);
    assertThatThrownBy(this::open).isInstanceOf(UnsupportedFormatException.class);
    assertThat(Files.readAllBytes(file)).isEqualTo(bytes);
    Files.delete(file);
    open();
  }

  @Test
  void severalThreadsMaySaveOneCursor() {
    store.stream("s");
    List<CompletableFuture<Void>> saving = new ArrayList<>();
    for (int thread = 0; thread < 4; thread++) {
      int from = thread * 1000;
      saving.add(
          CompletableFuture.runAsync(
              () -> {
                for (int n = 1; n <= 25; n++) {
                  store.cursors().save("c", "s", new Cursor(1, from + n));
                }
              }));
    }
    saving.forEach(CompletableFuture::join);
    NamedCursor last = store.cursors().find("c", "s").orElseThrow();
    assertThat(last.cursor().offset() % 1000).isEqualTo(25);
    reopen();
    assertThat(store.cursors().find("c", "s")).contains(last);
  }

  @Test
  void aNameOfTheGreatestLengthFits() {
    String consumer = "c".repeat(64);
    CursorEntry entry = new CursorEntry(consumer, Long.MAX_VALUE, 1, 2, 3);
    CursorSlot slot = new CursorSlot(new UUID(1, 2), 9, entry);
    assertThat(CursorSlotCodec.decode(CursorSlotCodec.encode(slot), 0, "f")).isEqualTo(slot);
  }
}
