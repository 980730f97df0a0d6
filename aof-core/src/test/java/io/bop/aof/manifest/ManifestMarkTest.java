package io.bop.aof.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bop.aof.UnsupportedFormatException;
import io.bop.aof.format.ManifestMark;
import io.bop.aof.format.ManifestMarkCodec;
import io.bop.aof.format.ManifestRecord.StreamCreated;
import io.bop.aof.format.ObjectKeys;
import io.bop.aof.io.Host;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was durable in the newest chunk is never cut off as a torn tail. */
class ManifestMarkTest {

  private static final UUID STORE = new UUID(7, 9);

  @TempDir Path root;

  private ReplayResult open() throws IOException {
    return ManifestStore.open(
        Host.system(), root.resolve("manifest"), new ManifestStore.Options(STORE, 16_384, false));
  }

  private Path chunk(long index) {
    return root.resolve("manifest").resolve(ObjectKeys.chunkName(index));
  }

  private Path mark() {
    return root.resolve("manifest").resolve("durable.mark");
  }

  private static void addStream(ManifestLog log, String name) {
    log.append(new StreamCreated(log.ledger().nextStreamId(), 5, name, new byte[0]));
  }

  /** Two forced records and one that was only written. */
  private long chunkWithDurableLength() throws IOException {
    ManifestLog log = open().log();
    addStream(log, "first");
    log.force();
    addStream(log, "second");
    log.force();
    long durable = log.chunkBytes();
    addStream(log, "third");
    log.flush();
    return durable;
  }

  @Test
  void refusesEveryDamagedByteThatWasDurableAndCutsBehind() throws IOException {
    long durable = chunkWithDurableLength();
    byte[] whole = Files.readAllBytes(chunk(0));
    byte[] marks = Files.readAllBytes(mark());
    for (int at = 0; at < whole.length; at++) {
      byte[] damaged = whole.clone();
      damaged[at] ^= 4;
      Files.write(chunk(0), damaged);
      Files.write(mark(), marks);
      Files.deleteIfExists(chunk(1));
      if (at < durable) {
        assertThatThrownBy(this::open).isInstanceOf(ManifestDamagedException.class);
        assertThat(Files.readAllBytes(chunk(0))).as("flipped at %d", at).isEqualTo(damaged);
      } else {
        assertThat(open().ledger().streams()).as("flipped at %d", at).hasSize(2);
      }
    }
  }

  @Test
  void refusesAChunkThatWasCutBelowItsDurableLength() throws IOException {
    long durable = chunkWithDurableLength();
    byte[] whole = Files.readAllBytes(chunk(0));
    byte[] marks = Files.readAllBytes(mark());
    for (int length = 0; length < whole.length; length++) {
      Files.write(chunk(0), Arrays.copyOf(whole, length));
      Files.write(mark(), marks);
      Files.deleteIfExists(chunk(1));
      if (length < durable) {
        assertThatThrownBy(this::open)
            .as("cut at %d", length)
            .isInstanceOf(ManifestDamagedException.class)
            .hasMessageContaining("durableLength=" + durable);
      } else {
        assertThat(open().ledger().streams()).as("cut at %d", length).hasSize(2);
      }
    }
  }

  @Test
  void noticesThatTheNewestChunkIsMissing() throws IOException {
    try (ManifestLog log = open().log()) {
      addStream(log, "first");
      log.rotate();
      addStream(log, "second");
    }
    Files.delete(chunk(1));
    assertThatThrownBy(this::open)
        .isInstanceOf(ManifestDamagedException.class)
        .hasMessageContaining(ObjectKeys.chunkName(1))
        .hasMessageContaining("missing");
    Files.delete(chunk(0));
    assertThatThrownBy(this::open).isInstanceOf(ManifestDamagedException.class);
  }

  @Test
  void goesOnWithoutAMarkOrWithADamagedOldOrForeignOne() throws IOException {
    chunkWithDurableLength();
    byte[] marks = Files.readAllBytes(mark());
    byte[] chunk = Files.readAllBytes(chunk(0));
    byte[] foreign = Arrays.copyOf(markOf(new UUID(1, 1), 900), marks.length);
    byte[] old = Arrays.copyOf(markOf(STORE, 64), marks.length);
    for (byte[] content : new byte[][] {new byte[0], new byte[5_000], foreign, old}) {
      Files.write(chunk(0), chunk);
      Files.deleteIfExists(chunk(1));
      Files.write(mark(), content);
      try (ManifestLog log = open().log()) {
        assertThat(log.ledger().streams()).hasSize(3);
        addStream(log, "more");
      }
      assertThat(Files.size(mark())).isEqualTo(ManifestMarkCodec.FILE_SIZE);
      assertThat(MarkFile.read(Host.system().disk(), mark(), STORE))
          .extracting(ManifestMark::chunkIndex)
          .isEqualTo(1L);
    }
  }

  @Test
  void oneDamagedMarkLeavesTheOtherOne() throws IOException {
    chunkWithDurableLength();
    byte[] marks = Files.readAllBytes(mark());
    for (int at : new int[] {0, ManifestMarkCodec.SECOND_AT}) {
      byte[] damaged = marks.clone();
      damaged[at + ManifestMarkCodec.LENGTH_AT] ^= 1;
      Files.write(mark(), damaged);
      assertThat(MarkFile.read(Host.system().disk(), mark(), STORE)).isNotNull();
    }
  }

  @Test
  void stopsAtAMarkOfANewerVersion() throws IOException {
    chunkWithDurableLength();
    byte[] newer = markOf(STORE, 64);
    newer[ManifestMarkCodec.VERSION_AT] = 2;
    CRC32C crc = new CRC32C();
    crc.update(newer, 0, ManifestMarkCodec.CRC_AT);
    ByteBuffer.wrap(newer)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(ManifestMarkCodec.CRC_AT, (int) crc.getValue());
    Files.write(mark(), newer);
    assertThatThrownBy(this::open).isInstanceOf(UnsupportedFormatException.class);
  }

  private static byte[] markOf(UUID store, long length) {
    return ManifestMarkCodec.encode(new ManifestMark(store, 0, 1, length));
  }
}
