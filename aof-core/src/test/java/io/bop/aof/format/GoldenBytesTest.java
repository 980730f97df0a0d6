package io.bop.aof.format;

import static io.bop.aof.format.FormatSamples.BASE;
import static io.bop.aof.format.FormatSamples.FOOTER;
import static io.bop.aof.format.FormatSamples.HEADER;
import static io.bop.aof.format.FormatSamples.SALT;
import static io.bop.aof.format.FormatSamples.TIME;
import static org.assertj.core.api.Assertions.assertThat;

import io.bop.aof.AppendRequest;
import io.bop.aof.RecordHeaders;
import io.bop.aof.format.CursorSlotCodec.CursorSlot;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/**
 * Version 1 stays what it is: today's codecs write the frozen bytes, and read them. The files were
 * made by another program, from the description alone.
 */
class GoldenBytesTest {

  @Test
  void writesAndReadsTheHeaderPageOfVersion1() {
    byte[] golden = GoldenBytes.read("v1", "header-page");
    byte[] page = FormatSamples.headerPage(HEADER);
    DurableMarkCodec marks = new DurableMarkCodec();
    marks.write(FormatSamples.little(page), 0, SALT, 8_192);
    marks.write(FormatSamples.little(page), 1, SALT, 12_288);

    assertThat(page).containsExactly(golden);
    assertThat(SegmentHeaderCodec.decode(golden)).isEqualTo(HEADER);
    assertThat(marks.read(golden, SALT)).isEqualTo(12_288);
    assertThat(new String(golden, 0, 8, StandardCharsets.US_ASCII)).isEqualTo("AOF2SEGM");
  }

  @Test
  void writesAndReadsTheFooterOfVersion1() {
    byte[] golden = GoldenBytes.read("v1", "footer");

    assertThat(FormatSamples.footer(FOOTER)).containsExactly(golden);
    assertThat(SegmentFooterCodec.decode(golden, 0)).isEqualTo(FOOTER);
  }

  @Test
  void writesAndReadsTheSparseIndexOfVersion1() {
    byte[] golden = GoldenBytes.read("v1", "index");
    SparseIndex.Builder builder = SparseIndex.builder();
    builder.add(BASE, TIME, 4_096);
    builder.add(BASE + 1, TIME + 900, 4_096 + 128);
    builder.add(BASE + 700, TIME + 5, 69_632);
    builder.add(BASE + 1_500, TIME + 6, 135_176);

    assertThat(builder.build().encode(SALT)).containsExactly(golden);
    SparseIndex decoded = SparseIndex.decode(golden, SALT);
    assertThat(decoded.count()).isEqualTo(3);
    assertThat(decoded.offsetAt(1)).isEqualTo(BASE + 700);
    assertThat(decoded.maxTimestampAt(1)).isEqualTo(TIME + 900);
    assertThat(decoded.positionAt(2)).isEqualTo(135_176);
  }

  @Test
  void writesAndReadsTheWarmIndexOfVersion1() {
    byte[] golden = GoldenBytes.read("v1", "warm-index");

    assertThat(FormatSamples.warmIndex().encode()).containsExactly(golden);
    WarmIndex decoded = WarmIndex.decode(golden, "golden");
    assertThat(decoded.frameCount()).isEqualTo(3);
    assertThat(decoded.footer()).isEqualTo(FOOTER);
    assertThat(decoded.encode()).containsExactly(golden);
  }

  @Test
  void writesAndReadsTheScrubStateOfVersion1() {
    byte[] golden = GoldenBytes.read("v1", "scrub-state");
    ScrubState state = new ScrubState(1_700_000_000_000_001L, 1_700_000_600_000_002L, 3, 44);

    assertThat(state.encode()).containsExactly(golden);
    assertThat(ScrubState.decode(golden, "golden")).isEqualTo(state);
  }

  @Test
  void writesAndReadsTheCursorOfVersion1() {
    byte[] golden = GoldenBytes.read("v1", "cursor");
    CursorEntry entry = new CursorEntry("projection", 3, 7, 1200, 1_700_000_000_000_001L);
    CursorSlot slot =
        new CursorSlot(UUID.fromString("00112233-4455-6677-8899-aabbccddeeff"), 42, entry);

    assertThat(CursorSlotCodec.encode(slot)).containsExactly(golden);
    assertThat(CursorSlotCodec.decode(golden, 0, "golden")).isEqualTo(slot);
  }

  @Test
  void writesAndReadsTheRecordsOfVersion1() {
    byte[] golden = GoldenBytes.read("v1", "records");
    AppendRequest full =
        AppendRequest.builder(ascii("payload"))
            .timestampMicros(TIME + 5)
            .extId(-2)
            .key("k\u00e9y")
            .headers(headers())
            .build();

    byte[] written =
        RecordFixture.of(SALT, BASE)
            .add(AppendRequest.builder(ascii("hello, world")).timestampMicros(TIME).build())
            .addBatchMore(full)
            .add(AppendRequest.builder(new byte[0]).timestampMicros(TIME + 3).build())
            .addPadding(37, TIME + 9)
            .bytes();

    assertThat(written).containsExactly(golden);
    assertReadable(golden);
  }

  private static void assertReadable(byte[] golden) {
    RecordScanner scanner = new RecordScanner();
    scanner.reset(golden, 0, golden.length, SALT, BASE);
    assertThat(scanner.advance()).isEqualTo(RecordScanner.Step.RECORD);
    assertThat(text(golden, scanner.payloadAt(), scanner.payloadLength()))
        .isEqualTo("hello, world");
    assertThat(scanner.advance()).isEqualTo(RecordScanner.Step.RECORD);
    assertThat(scanner.extId()).isEqualTo(-2);
    assertThat(scanner.timestamp()).isEqualTo(TIME + 5);
    assertThat(scanner.hasBatchMore()).isTrue();
    assertThat(text(golden, scanner.keyAt(), scanner.keyLength())).isEqualTo("k\u00e9y");
    assertThat(HeadersCodec.decode(golden, scanner.headersAt(), scanner.headersLength()))
        .isEqualTo(headers());
    assertThat(scanner.advance()).isEqualTo(RecordScanner.Step.RECORD);
    assertThat(scanner.payloadLength()).isZero();
    assertThat(scanner.advance()).isEqualTo(RecordScanner.Step.RECORD);
    assertThat(scanner.isPadding()).isTrue();
    assertThat(scanner.advance()).isEqualTo(RecordScanner.Step.END);
    assertThat(scanner.nextOffset()).isEqualTo(BASE + 4);
  }

  private static RecordHeaders headers() {
    return RecordHeaders.empty()
        .with("type", "created")
        .with("spr\u00e5k", new byte[0])
        .with("type", new byte[] {0, -1});
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static String text(byte[] bytes, int at, int length) {
    return new String(bytes, at, length, StandardCharsets.UTF_8);
  }
}
