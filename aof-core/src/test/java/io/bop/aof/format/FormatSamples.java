package io.bop.aof.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.UUID;

/** The values that the golden files hold. */
final class FormatSamples {

  static final long SALT = 0x0123456789ABCDEFL;
  static final long BASE = 1_000_000;
  static final long TIME = 1_767_225_600_000_000L;

  static final SegmentHeader HEADER =
      new SegmentHeader(
          UUID.fromString("00112233-4455-6677-8899-aabbccddeeff"),
          SALT,
          7,
          42,
          BASE,
          123_456_789,
          1_048_576,
          TIME,
          3,
          SlotState.IN_USE);

  static final SegmentFooter FOOTER =
      new SegmentFooter(
          42,
          SALT,
          BASE,
          2_000,
          180_224,
          180_224,
          3,
          TIME - 1,
          TIME + 900,
          0xCAFEBABE,
          true,
          -2,
          TIME + 1_000_000,
          SegmentFooter.SEALED | SegmentFooter.RECOVERED);

  private FormatSamples() {}

  static byte[] headerPage(SegmentHeader header) {
    byte[] page = new byte[SegmentHeaderLayout.PAGE_SIZE];
    SegmentHeaderCodec.encode(header, little(page));
    return page;
  }

  static byte[] footer(SegmentFooter footer) {
    byte[] bytes = new byte[SegmentFooterLayout.SIZE];
    SegmentFooterCodec.encode(footer, little(bytes), 0);
    return bytes;
  }

  static WarmIndex warmIndex() {
    return WarmIndex.builder()
        .addFrame(BASE, 1_200, TIME - 1, TIME + 500)
        .addFrame(BASE + 1_200, 799, TIME + 10, TIME + 900)
        .addFrame(BASE + 1_999, 1, Long.MAX_VALUE, Long.MIN_VALUE)
        .build(FOOTER);
  }

  static ByteBuffer little(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
