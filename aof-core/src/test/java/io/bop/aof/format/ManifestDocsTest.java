package io.bop.aof.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The tables in {@code docs/reference/formats/manifest.md} say what the code says. */
class ManifestDocsTest {

  private String page = "";

  @BeforeEach
  void readPage() throws IOException {
    Path folder = Path.of("").toAbsolutePath();
    while (folder != null && !Files.isDirectory(folder.resolve("docs/reference/formats"))) {
      folder = folder.getParent();
    }
    page =
        Files.readString(
            Objects.requireNonNull(folder, "no docs folder")
                .resolve("docs/reference/formats/manifest.md"));
  }

  @Test
  void chunkHeader() {
    assertThat(table("Chunk header"))
        .containsExactly(
            row(ManifestChunkHeaderCodec.MAGIC_AT, 8, "magic"),
            row(ManifestChunkHeaderCodec.VERSION_AT, 4, "version"),
            row(ManifestChunkHeaderCodec.HEADER_LENGTH_AT, 4, "headerLength"),
            row(ManifestChunkHeaderCodec.STORE_ID_AT, 16, "storeId"),
            row(ManifestChunkHeaderCodec.CHUNK_INDEX_AT, 8, "chunkIndex"),
            row(ManifestChunkHeaderCodec.BASE_ORDINAL_AT, 8, "baseOrdinal"),
            row(ManifestChunkHeaderCodec.EPOCH_AT, 8, "epoch"),
            row(ManifestChunkHeaderCodec.RESERVED_AT, 4, "reserved"),
            row(ManifestChunkHeaderCodec.CRC_AT, 4, "crc"));
  }

  @Test
  void recordHeader() {
    assertThat(table("Manifest record"))
        .containsExactly(
            row(ManifestRecordLayout.TYPE_AT, 2, "type"),
            row(ManifestRecordLayout.FLAGS_AT, 2, "flags"),
            row(ManifestRecordLayout.PAYLOAD_LENGTH_AT, 4, "payloadLength"),
            row(ManifestRecordLayout.STREAM_ID_AT, 8, "streamId"),
            row(ManifestRecordLayout.SEGMENT_ID_AT, 8, "segmentId"),
            row(ManifestRecordLayout.TIMESTAMP_AT, 8, "timestamp"),
            row(ManifestRecordLayout.CRC_AT, 4, "crc"),
            row(ManifestRecordLayout.RESERVED_AT, 4, "reserved"));
    assertThat(page).contains(String.format(Locale.ROOT, "%,d", ManifestRecordLayout.MAX_PAYLOAD));
  }

  @Test
  void recordTypes() throws IllegalAccessException {
    List<String> expected = new ArrayList<>();
    for (ManifestRecord record : ManifestRecords.oneOfEach()) {
      if (!(record instanceof ManifestRecord.Unknown)) {
        expected.add(record.type() + " `" + record.getClass().getSimpleName() + "`");
      }
    }
    assertThat(new TreeSet<>(table("Record types"))).isEqualTo(new TreeSet<>(expected));
    Set<Integer> numbers = new TreeSet<>();
    for (Field field : ManifestRecordType.class.getFields()) {
      numbers.add(field.getInt(null));
    }
    assertThat(table("Record types")).hasSameSizeAs(numbers);
  }

  @Test
  void snapshotHeader() {
    assertThat(table("Snapshot header"))
        .containsExactly(
            row(LedgerSnapshotCodec.MAGIC_AT, 8, "magic"),
            row(LedgerSnapshotCodec.VERSION_AT, 4, "version"),
            row(LedgerSnapshotCodec.HEADER_LENGTH_AT, 4, "headerLength"),
            row(LedgerSnapshotCodec.STORE_ID_AT, 16, "storeId"),
            row(LedgerSnapshotCodec.CHUNK_INDEX_AT, 8, "chunkIndex"),
            row(LedgerSnapshotCodec.CHUNK_EPOCH_AT, 8, "chunkEpoch"),
            row(LedgerSnapshotCodec.CHUNK_CRC_AT, 4, "chunkCrc"),
            row(LedgerSnapshotCodec.ENTRY_COUNT_AT, 4, "entryCount"),
            row(LedgerSnapshotCodec.LENGTH_AT, 8, "length"));
    assertThat(page).contains("A segment has " + LedgerSnapshotCodec.SEGMENT_SIZE + " bytes");
    assertThat(page).contains("`AOF2MLOG`").contains("`AOF2SNAP`");
  }

  @Test
  void durableMark() {
    assertThat(table("Durable mark"))
        .containsExactly(
            row(ManifestMarkCodec.MAGIC_AT, 8, "magic"),
            row(ManifestMarkCodec.VERSION_AT, 4, "version"),
            row(ManifestMarkCodec.MARK_LENGTH_AT, 4, "markLength"),
            row(ManifestMarkCodec.STORE_ID_AT, 16, "storeId"),
            row(ManifestMarkCodec.CHUNK_INDEX_AT, 8, "chunkIndex"),
            row(ManifestMarkCodec.EPOCH_AT, 8, "epoch"),
            row(ManifestMarkCodec.LENGTH_AT, 8, "length"),
            row(ManifestMarkCodec.RESERVED_AT, 4, "reserved"),
            row(ManifestMarkCodec.CRC_AT, 4, "crc"));
    assertThat(page)
        .contains("`AOF2MARK`")
        .contains("at 0 and at " + ManifestMarkCodec.SECOND_AT)
        .contains(String.format(Locale.ROOT, "has %,d bytes", ManifestMarkCodec.FILE_SIZE));
  }

  private static String row(int at, int size, String field) {
    return at + " " + size + " `" + field + "`";
  }

  /* The rows of the first table below a heading: their cells up to the name in backticks. */
  private List<String> table(String heading) {
    List<String> lines = page.lines().toList();
    int line = lines.indexOf("## " + heading);
    assertThat(line).as(heading).isNotNegative();
    while (!lines.get(line).startsWith("| ---")) {
      line++;
    }
    List<String> rows = new ArrayList<>();
    for (line++; line < lines.size() && lines.get(line).startsWith("|"); line++) {
      String row = lines.get(line);
      String upToName = row.substring(1, row.indexOf('`', row.indexOf('`') + 1) + 1);
      rows.add(upToName.replace("|", " ").trim().replaceAll(" +", " "));
    }
    return rows;
  }
}
