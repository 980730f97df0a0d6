package io.bop.aof.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bop.aof.RecordHeaders;
import io.bop.aof.RecordHeaders.Header;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HeadersCodecTest {

  @Test
  void writesNothingForNoHeaders() {
    assertThat(HeadersCodec.encode(RecordHeaders.empty())).isEmpty();
    assertThat(HeadersCodec.decode(new byte[4], 2, 0)).isEqualTo(RecordHeaders.empty());
  }

  @Test
  void keepsOrderRepeatedNamesAndEmptyValues() {
    RecordHeaders headers =
        RecordHeaders.empty().with("b", "1").with("a", new byte[0]).with("b", "\u20ac");
    byte[] bytes = HeadersCodec.encode(headers);
    byte[] amid = new byte[bytes.length + 7];
    System.arraycopy(bytes, 0, amid, 3, bytes.length);

    assertThat(HeadersCodec.decode(amid, 3, bytes.length)).isEqualTo(headers);
  }

  @Test
  void takesTheGreatestCountAndTheLongestName() {
    RecordHeaders many =
        RecordHeaders.of(
            Collections.nCopies(RecordHeaders.MAX_COUNT, new Header("x", new byte[1])));
    RecordHeaders lengthy =
        RecordHeaders.empty().with("n".repeat(RecordHeaders.MAX_NAME_SIZE), new byte[2]);

    assertThat(roundTrip(many)).isEqualTo(many);
    assertThat(roundTrip(lengthy)).isEqualTo(lengthy);
  }

  @Test
  void refusesHeadersLargerThanARecord() {
    RecordHeaders headers = RecordHeaders.empty().with("x", new byte[RecordLayout.MAX_SIZE]);

    assertThatThrownBy(() -> HeadersCodec.encode(headers))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("size=");
  }

  @ParameterizedTest
  @CsvSource({
    "01, headers end early",
    "0100, headers end early",
    "010001, headers end early",
    "01000200 61, headers end early",
    "01000000 00000000, header without a name",
    "01000100 61 000000, headers end early",
    "01000100 61 01000000, headers end early",
    "01000100 61 FFFFFFFF, headers end early",
    "01000100 61 FFFFFF7F, headers end early",
    "FFFF0100 61 00000000, headers end early",
    "01000100 61 00000000 00, bytes behind the last header",
    "01000100 FF 00000000, header name is not UTF-8",
    "01000300 EDA080 00000000, header name is not UTF-8",
  })
  void refusesWhatDoesNotAddUp(String hex, String reason) {
    byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));

    assertThatThrownBy(() -> HeadersCodec.decode(bytes, 0, bytes.length))
        .isInstanceOf(MalformedException.class)
        .hasMessageStartingWith(reason);
  }

  @Test
  void refusesALongNameThatWouldGrowWhenReplaced() {
    byte[] bytes = new byte[2 + 2 + 65_535 + 4];
    Arrays.fill(bytes, (byte) 0xFF);
    bytes[0] = 1;
    bytes[1] = 0;

    assertThatThrownBy(() -> HeadersCodec.decode(bytes, 0, bytes.length))
        .isInstanceOf(MalformedException.class);
  }

  private static RecordHeaders roundTrip(RecordHeaders headers) {
    byte[] bytes = HeadersCodec.encode(headers);
    return HeadersCodec.decode(bytes, 0, bytes.length);
  }
}
