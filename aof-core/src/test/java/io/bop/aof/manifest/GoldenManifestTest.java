package io.bop.aof.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import io.bop.aof.SegmentState;
import io.bop.aof.format.LedgerImage;
import io.bop.aof.format.LedgerSnapshotCodec;
import io.bop.aof.format.ManifestChunkHeader;
import io.bop.aof.format.ManifestChunkHeaderCodec;
import io.bop.aof.format.ManifestChunkReader;
import io.bop.aof.format.ManifestChunkReader.Step;
import io.bop.aof.format.ManifestRecord;
import io.bop.aof.format.ManifestRecord.ChunkSealed;
import io.bop.aof.format.ManifestRecordCodec;
import io.bop.aof.format.ManifestRecords;
import io.bop.aof.format.ObjectKeys;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/**
 * Frozen files of format version 1. They must be readable for ever; {@code -Daof.golden.write=DIR}
 * writes what the present code makes, for a new version.
 */
class GoldenManifestTest {

  private static final UUID STORE = UUID.fromString("0f0e0d0c-0b0a-0908-0706-050403020100");
  private static final String CHUNK = "manifest-chunk.mlog";
  private static final String SNAPSHOT = "manifest-snapshot.snap";
  private static final String TEXT = "manifest.txt";

  private static byte[] golden(String name) throws IOException {
    String directory = System.getProperty("aof.golden.write");
    if (directory != null) {
      Path path = Path.of(directory, name);
      Files.createDirectories(path.getParent());
      Files.write(path, made(name));
    }
    try (InputStream in = GoldenManifestTest.class.getResourceAsStream("/golden/v1/" + name)) {
      assertThat(in).as(name).isNotNull();
      return in.readAllBytes();
    }
  }

  private static byte[] made(String name) {
    return switch (name) {
      case CHUNK -> chunk();
      case SNAPSHOT -> snapshot();
      default -> text().getBytes(StandardCharsets.UTF_8);
    };
  }

  private static List<ManifestRecord> records() {
    List<ManifestRecord> records = new ArrayList<>(ManifestRecords.oneOfEach());
    records.removeIf(r -> r instanceof ChunkSealed);
    return records;
  }

  private static byte[] chunk() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(ManifestChunkHeaderCodec.encode(new ManifestChunkHeader(STORE, 0, 0, 1)));
    records().forEach(r -> out.writeBytes(ManifestRecordCodec.encode(r)));
    CRC32C crc = new CRC32C();
    crc.update(out.toByteArray());
    ChunkSealed seal =
        new ChunkSealed(ManifestRecords.MICROS + 20, out.size(), (int) crc.getValue());
    out.writeBytes(ManifestRecordCodec.encode(seal));
    return out.toByteArray();
  }

  /* The history up to the eviction, where there is most to see, and a second stream. */
  private static byte[] snapshot() {
    Ledger ledger = new Ledger(STORE);
    ledger.beginChunk(new ManifestChunkHeader(STORE, 0, 0, 1));
    records().subList(0, 14).forEach(ledger::apply);
    ledger.apply(new ManifestRecord.StreamCreated(5, 6, "second", new byte[0]));
    ledger.apply(new ManifestRecord.SegmentOpened(5, 1, 7, 8, 0, 0, 1));
    ledger.apply(new ManifestRecord.TailCheckpoint(5, 1, 8, 3, 4500));
    String orphan = ObjectKeys.segment(5, 1, 1, 3);
    ledger.apply(new ManifestRecord.UploadStarted(5, 1, 9, orphan));
    ledger.apply(new ManifestRecord.Tier2DeleteQueued(1, 1, 9, ObjectKeys.segment(1, 1, 1, 2)));
    TreeMap<Integer, byte[]> extras = new TreeMap<>();
    extras.put(1, new byte[] {1, 2, 3});
    Ledger.ChunkMark mark = new Ledger.ChunkMark(0, 1, 0x1234_5678, ledger.records());
    return LedgerSnapshotCodec.encode(ledger.image(mark, extras));
  }

  private static String text() {
    List<String> lines = new ArrayList<>();
    lines.addAll(ManifestInspector.chunk(chunk(), CHUNK));
    lines.addAll(ManifestInspector.snapshot(snapshot(), SNAPSHOT));
    return String.join("\n", lines) + "\n";
  }

  @Test
  void readsTheChunkOfVersion1() throws IOException {
    byte[] bytes = golden(CHUNK);
    ManifestChunkReader reader = new ManifestChunkReader(bytes, bytes.length, CHUNK);
    List<ManifestRecord> found = new ArrayList<>();
    while (reader.next() == Step.RECORD) {
      found.add(reader.record());
    }
    assertThat(reader.sealed()).isTrue();
    assertThat(found.subList(0, found.size() - 1)).isEqualTo(records());
    assertThat(reader.header()).isEqualTo(new ManifestChunkHeader(STORE, 0, 0, 1));
  }

  @Test
  void stillWritesTheChunkOfVersion1() throws IOException {
    assertThat(chunk()).isEqualTo(golden(CHUNK));
  }

  @Test
  void readsAndWritesTheSnapshotOfVersion1() throws IOException {
    byte[] bytes = golden(SNAPSHOT);
    LedgerImage image = LedgerSnapshotCodec.decode(bytes, SNAPSHOT);
    assertThat(LedgerSnapshotCodec.encode(image)).isEqualTo(bytes);
    assertThat(snapshot()).isEqualTo(bytes);
    Ledger ledger = Ledger.of(image);
    assertThat(ledger.stream("second").checkpoint().durablePosition()).isEqualTo(4500);
    assertThat(ledger.segment(1, 1).state()).isEqualTo(SegmentState.UPLOADED);
    assertThat(ledger.pendingUploads()).hasSize(1);
    assertThat(ledger.pendingDeletes()).hasSize(1);
    assertThat(image.extras().get(1)).containsExactly(1, 2, 3);
  }

  @Test
  void inspectsThemAsText() throws IOException {
    assertThat(text()).isEqualTo(new String(golden(TEXT), StandardCharsets.UTF_8));
  }

  @Test
  void inspectionShowsDamageAsALine() {
    byte[] damaged = chunk();
    damaged[ManifestChunkHeaderCodec.SIZE + 3] ^= 1;
    assertThat(ManifestInspector.chunk(damaged, CHUNK)).last().asString().startsWith("  ! @64 ");
    assertThat(ManifestInspector.chunk(new byte[3], CHUNK)).hasSize(2);
    assertThat(ManifestInspector.snapshot(new byte[3], SNAPSHOT)).hasSize(2);
  }
}
