package io.bop.aof.format;

import static org.assertj.core.api.Assertions.assertThat;

import io.bop.aof.AppendRequest;
import io.bop.aof.RecordHeaders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The tables in {@code docs/reference/formats} say what the layout constants say. */
class FormatDocsTest {

  @Test
  void recordTable() {
    assertThat(table("record.md", "Layout"))
        .containsExactly(
            row(RecordLayout.SIZE_AT, 4, "size"),
            row(RecordLayout.CHECKSUM_AT, 4, "checksum"),
            row(RecordLayout.OFFSET_AT, 8, "offset"),
            row(RecordLayout.TIMESTAMP_AT, 8, "timestamp"),
            row(RecordLayout.FLAGS_AT, 2, "flags"),
            row(RecordLayout.KEY_LENGTH_AT, 2, "keyLength"),
            row(RecordLayout.HEADERS_LENGTH_AT, 4, "headersLength"),
            row(RecordLayout.EXT_ID_AT, RecordLayout.EXT_ID_SIZE, "extId"));
    assertThat(table("record.md", "Flags"))
        .containsExactly(
            flag(RecordLayout.FLAG_PADDING, "PADDING"),
            flag(RecordLayout.FLAG_EXT_ID, "HAS_EXT_ID"),
            flag(RecordLayout.FLAG_KEY, "HAS_KEY"),
            flag(RecordLayout.FLAG_BATCH_MORE, "BATCH_MORE"));
    assertThat(text("record.md")).contains("32 to " + number(RecordLayout.MAX_SIZE));
  }

  @Test
  void headerTables() {
    assertThat(table("segment.md", "Header page"))
        .containsExactly(
            row(SegmentHeaderLayout.FIRST_COPY_AT, SegmentHeaderLayout.HEADER_LENGTH, "header"),
            row(
                SegmentHeaderLayout.SECOND_COPY_AT,
                SegmentHeaderLayout.HEADER_LENGTH,
                "headerCopy"),
            row(DurableMarkLayout.at(0), DurableMarkLayout.SIZE, "durableMark0"),
            row(DurableMarkLayout.at(1), DurableMarkLayout.SIZE, "durableMark1"));
    assertThat(table("segment.md", "Header"))
        .containsExactly(
            row(SegmentHeaderLayout.MAGIC_AT, 8, "magic"),
            row(SegmentHeaderLayout.VERSION_AT, 4, "version"),
            row(SegmentHeaderLayout.HEADER_LENGTH_AT, 4, "headerLength"),
            row(SegmentHeaderLayout.STORE_ID_AT, SegmentHeaderLayout.STORE_ID_SIZE, "storeId"),
            row(SegmentHeaderLayout.SALT_AT, 8, "salt"),
            row(SegmentHeaderLayout.STREAM_ID_AT, 8, "streamId"),
            row(SegmentHeaderLayout.SEGMENT_ID_AT, 8, "segmentId"),
            row(SegmentHeaderLayout.BASE_OFFSET_AT, 8, "baseOffset"),
            row(SegmentHeaderLayout.BASE_BYTES_AT, 8, "baseBytes"),
            row(SegmentHeaderLayout.FILE_SIZE_AT, 8, "fileSize"),
            row(SegmentHeaderLayout.CREATED_MICROS_AT, 8, "createdMicros"),
            row(SegmentHeaderLayout.EPOCH_AT, 8, "epoch"),
            row(SegmentHeaderLayout.STATE_AT, 4, "state"),
            row(SegmentHeaderLayout.CRC_AT, 4, "crc"));
    assertThat(text("segment.md"))
        .contains("Records begin at " + number(SegmentHeaderLayout.PAGE_SIZE))
        .contains(SlotState.SPARE.code() + ": spare")
        .contains(SlotState.IN_USE.code() + ": in use")
        .contains(SlotState.HYDRATED.code() + ": hydrated");
  }

  @Test
  void durableMarkTable() {
    assertThat(table("segment.md", "Durable mark"))
        .containsExactly(
            row(DurableMarkLayout.SALT_AT, 8, "salt"),
            row(DurableMarkLayout.POSITION_AT, 8, "position"),
            row(DurableMarkLayout.CRC_AT, 4, "crc"));
  }

  @Test
  void sparseIndexTable() {
    assertThat(table("segment.md", "Sparse index"))
        .containsExactly(
            row(SparseIndexLayout.OFFSET_AT, 8, "offset"),
            row(SparseIndexLayout.MAX_TIMESTAMP_AT, 8, "maxTimestampSoFar"),
            row(SparseIndexLayout.POSITION_AT, 4, "position"));
    assertThat(text("segment.md"))
        .contains("at least " + number(SparseIndexLayout.INTERVAL) + " bytes")
        .contains(number(SparseIndexLayout.ENTRY_SIZE) + " bytes for each begun")
        .contains(number(SparseIndex.maxEncodedSize(1 << 20)) + " bytes in a file of 1 MiB")
        .contains(number(SparseIndex.maxEncodedSize(64 << 20)) + " in one of 64 MiB");
  }

  @Test
  void footerTables() {
    assertThat(table("segment.md", "Footer"))
        .containsExactly(
            row(SegmentFooterLayout.MAGIC_AT, 8, "magic"),
            row(SegmentFooterLayout.VERSION_AT, 4, "version"),
            row(SegmentFooterLayout.FOOTER_LENGTH_AT, 4, "footerLength"),
            row(SegmentFooterLayout.SEGMENT_ID_AT, 8, "segmentId"),
            row(SegmentFooterLayout.SALT_AT, 8, "salt"),
            row(SegmentFooterLayout.BASE_OFFSET_AT, 8, "baseOffset"),
            row(SegmentFooterLayout.RECORD_COUNT_AT, 8, "recordCount"),
            row(SegmentFooterLayout.DATA_END_AT, 8, "dataEnd"),
            row(SegmentFooterLayout.INDEX_POSITION_AT, 8, "indexPosition"),
            row(SegmentFooterLayout.INDEX_COUNT_AT, 4, "indexCount"),
            row(SegmentFooterLayout.RECORDS_CRC_AT, 4, "recordsCrc"),
            row(SegmentFooterLayout.MIN_TIMESTAMP_AT, 8, "minTimestamp"),
            row(SegmentFooterLayout.MAX_TIMESTAMP_AT, 8, "maxTimestamp"),
            row(SegmentFooterLayout.LAST_EXT_ID_AT, 8, "lastExtId"),
            row(SegmentFooterLayout.SEALED_AT_MICROS_AT, 8, "sealedAtMicros"),
            row(SegmentFooterLayout.FLAGS_AT, 4, "flags"),
            row(
                SegmentFooterLayout.ZEROS_AT,
                SegmentFooterLayout.CRC_AT - SegmentFooterLayout.ZEROS_AT,
                "zeros"),
            row(SegmentFooterLayout.CRC_AT, 4, "crc"));
    assertThat(table("segment.md", "Footer flags"))
        .containsExactly(
            flag(SegmentFooter.SEALED, "SEALED"),
            flag(SegmentFooter.FLUSH_FAILED, "FLUSH_FAILED"),
            flag(SegmentFooter.RECOVERED, "RECOVERED"),
            flag(SegmentFooterLayout.FLAG_HAS_LAST_EXT_ID, "HAS_LAST_EXT_ID"));
  }

  @Test
  void warmIndexTables() {
    assertThat(table("warm.md", "Warm index"))
        .containsExactly(
            row(WarmIndexLayout.MAGIC_AT, 8, "magic"),
            row(WarmIndexLayout.VERSION_AT, 4, "version"),
            row(WarmIndexLayout.FRAME_COUNT_AT, 4, "frameCount"));
    assertThat(table("warm.md", "Frame entry"))
        .containsExactly(
            row(WarmIndexLayout.FIRST_OFFSET_AT, 8, "firstOffset"),
            row(WarmIndexLayout.RECORD_COUNT_AT, 4, "recordCount"),
            row(WarmIndexLayout.MIN_TIMESTAMP_AT, 8, "minTimestamp"),
            row(WarmIndexLayout.MAX_TIMESTAMP_AT, 8, "maxTimestamp"));
    assertThat(text("warm.md"))
        .contains("begin at " + WarmIndexLayout.ENTRIES_AT)
        .contains(WarmIndexLayout.FIXED_SIZE + " + " + WarmIndexLayout.ENTRY_SIZE + " × ")
        .contains(String.format(Locale.ROOT, "0x%X", WarmIndexLayout.SKIPPABLE_MAGIC));
  }

  @Test
  void scrubStateTable() {
    assertThat(table("scrub.md", "Layout"))
        .containsExactly(
            row(ScrubStateLayout.MAGIC_AT, 8, "magic"),
            row(ScrubStateLayout.VERSION_AT, 4, "version"),
            row(ScrubStateLayout.LENGTH_AT, 4, "length"),
            row(ScrubStateLayout.LAST_PASS_AT, 8, "lastPassMicros"),
            row(ScrubStateLayout.PASS_STARTED_AT, 8, "passStartedMicros"),
            row(ScrubStateLayout.STREAM_ID_AT, 8, "streamId"),
            row(ScrubStateLayout.SEGMENT_ID_AT, 8, "segmentId"),
            row(
                ScrubStateLayout.ZEROS_AT,
                ScrubStateLayout.CRC_AT - ScrubStateLayout.ZEROS_AT,
                "zeros"),
            row(ScrubStateLayout.CRC_AT, 4, "crc"));
    assertThat(text("scrub.md")).contains("`AOF2SCRB`").contains(ScrubStateLayout.SIZE + " bytes");
    assertThat(ScrubStateLayout.MAGIC).isEqualTo(Magic.of("AOF2SCRB"));
  }

  @Test
  void cursorTable() {
    assertThat(table("cursor.md", "Slot"))
        .startsWith(
            row(0, 8, "magic"),
            row(8, 4, "version"),
            row(CursorSlotCodec.SLOT_LENGTH_AT, 4, "slotLength"),
            row(CursorSlotCodec.BODY_AT, 16, "storeId"),
            row(CursorSlotCodec.BODY_AT + 16, 8, "sequence"))
        .endsWith(row(CursorSlotCodec.CRC_AT, 4, "crc"));
    assertThat(text("cursor.md"))
        .contains("`AOF2CURS`")
        .contains(CursorSlotCodec.FILE_SIZE + " bytes");
    assertThat(CursorSlotCodec.MAGIC).isEqualTo(Magic.of("AOF2CURS"));
  }

  @Test
  void magicsAndLimits() {
    assertThat(SegmentHeaderLayout.MAGIC).isEqualTo(Magic.of("AOF2SEGM"));
    assertThat(SegmentFooterLayout.MAGIC).isEqualTo(Magic.of("AOF2FOOT"));
    assertThat(WarmIndexLayout.MAGIC).isEqualTo(Magic.of("AOF2WARM"));
    assertThat(text("segment.md")).contains("`AOF2SEGM`").contains("`AOF2FOOT`");
    assertThat(text("warm.md")).contains("`AOF2WARM`");
    assertThat(text("README.md"))
        .contains("| " + number(RecordLayout.MAX_SIZE) + " bytes |")
        .contains("| key | " + number(AppendRequest.MAX_KEY_SIZE) + " bytes |")
        .contains("| headers | " + number(RecordHeaders.MAX_COUNT) + ",");
  }

  private static String row(int at, int size, String field) {
    return at + " " + size + " `" + field + "`";
  }

  private static String flag(int flag, String name) {
    return Integer.numberOfTrailingZeros(flag) + " `" + name + "`";
  }

  private static String number(int value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  /** The rows of the first table below a heading: their cells up to the name in backticks. */
  private static List<String> table(String page, String heading) {
    List<String> lines = text(page).lines().toList();
    int line = lines.indexOf("## " + heading) + 1;
    assertThat(line).as("heading \"%s\" in %s", heading, page).isPositive();
    while (!lines.get(line).startsWith("| ---")) {
      line++;
    }
    List<String> rows = new ArrayList<>();
    for (line++; line < lines.size() && lines.get(line).startsWith("|"); line++) {
      rows.add(cellsUpToName(lines.get(line)));
    }
    return rows;
  }

  private static String cellsUpToName(String row) {
    List<String> cells = new ArrayList<>();
    for (String cell : row.substring(1).split("\\|")) {
      String text = cell.trim();
      if (text.startsWith("`")) {
        cells.add(text);
        break;
      }
      cells.add(text.replace(",", ""));
    }
    return String.join(" ", cells);
  }

  private static String text(String page) {
    Path folder = Path.of("").toAbsolutePath();
    while (folder != null && !Files.isDirectory(folder.resolve("docs/reference/formats"))) {
      folder = folder.getParent();
    }
    Path file =
        Objects.requireNonNull(folder, "no docs folder").resolve("docs/reference/formats/" + page);
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
