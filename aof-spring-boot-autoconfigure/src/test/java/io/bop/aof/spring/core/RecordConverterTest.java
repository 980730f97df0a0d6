package io.bop.aof.spring.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.bop.aof.AofRecord;
import io.bop.aof.AppendRequest;
import io.bop.aof.ReadFrom;
import io.bop.aof.RecordHeaders;
import io.bop.aof.spring.testsupport.InMemoryStore;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.DefaultTyping;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.jsontype.BasicPolymorphicTypeValidator;

class RecordConverterTest {

  private final AofRecordConverter converter = withMapper(JsonMapper.builder().build());
  private final AofRecordConverter withoutJackson = new DefaultAofRecordConverter();

  record Order(String id, Instant at, List<String> lines) {}

  /** Says whether anybody made one. */
  static final class Gadget {
    static int made;

    public String command = "";

    Gadget() {
      made++;
    }
  }

  @Test
  void keepsBytesAsTheyAre() {
    EncodedPayload encoded = converter.encode(new byte[] {0, -1, 2});

    assertThat(encoded.bytes()).containsExactly(0, -1, 2);
    assertThat(contentType(encoded)).isEqualTo("application/octet-stream");
    assertThat(converter.decode(record(encoded), byte[].class)).containsExactly(0, -1, 2);
    assertThat(converter.decode(record(encoded), Object.class)).isEqualTo(encoded.bytes());
  }

  @Test
  void takesTheRestOfABufferWithoutMovingIt() {
    ByteBuffer buffer = ByteBuffer.wrap(new byte[] {1, 2, 3, 4}).position(1).limit(3);

    EncodedPayload encoded = converter.encode(buffer);

    assertThat(encoded.bytes()).containsExactly(2, 3);
    assertThat(buffer.remaining()).isEqualTo(2);
    ByteBuffer read = converter.decode(record(encoded), ByteBuffer.class);
    assertThat(read).isEqualTo(ByteBuffer.wrap(new byte[] {2, 3}));
    assertThat(read.isReadOnly()).isTrue();
  }

  @Test
  void writesTextInUtf8() {
    EncodedPayload encoded = converter.encode("grüße 👋");

    assertThat(encoded.bytes()).isEqualTo("grüße 👋".getBytes(StandardCharsets.UTF_8));
    assertThat(contentType(encoded)).isEqualTo("text/plain;charset=UTF-8");
    assertThat(converter.decode(record(encoded), String.class)).isEqualTo("grüße 👋");
    assertThat(converter.decode(record(encoded), Object.class)).isEqualTo("grüße 👋");
  }

  @Test
  void refusesToReadAsTextWhatIsNotUtf8() {
    AofRecord record = record(converter.encode(new byte[] {(byte) 0xC3, 0x28}));

    assertThatExceptionOfType(AofConversionException.class)
        .isThrownBy(() -> converter.decode(record, String.class))
        .withMessage("payload is not text in UTF-8: offset=0");
  }

  @Test
  void writesObjectsAsJsonAndReadsThemBack() {
    Order order = new Order("o-1", Instant.parse("2026-11-01T10:00:00Z"), List.of("a", "b"));

    EncodedPayload encoded = converter.encode(order);

    assertThat(contentType(encoded)).isEqualTo("application/json");
    assertThat(encoded.headers().lastString(AofMessageHeaders.PAYLOAD_TYPE))
        .contains(Order.class.getName());
    assertThat(converter.decode(record(encoded), Order.class)).isEqualTo(order);
    assertThat(converter.decode(record(encoded), String.class)).contains("\"id\":\"o-1\"");
    assertThat(converter.decode(record(encoded), Map.class).get("id")).isEqualTo("o-1");
    assertThat(converter.decode(record(encoded), Object.class))
        .isInstanceOfSatisfying(
            JsonNode.class, n -> assertThat(n.get("id").asString()).isEqualTo("o-1"));
  }

  @Test
  void readsJsonThatWasAppendedAsBytesWithoutHeaders() {
    byte[] json = "{\"a\":1}".getBytes(StandardCharsets.UTF_8);
    AofRecord record = record(new EncodedPayload(json, RecordHeaders.empty()));

    assertThat(converter.decode(record, Map.class).get("a")).isEqualTo(1);
    assertThat(converter.decode(record, Object.class)).isEqualTo(json);
  }

  @Test
  void neverMakesAnInstanceOfAClassThatARecordNames() {
    JsonMapper trusting =
        JsonMapper.builder()
            .activateDefaultTyping(
                BasicPolymorphicTypeValidator.builder().allowIfBaseType(Object.class).build(),
                DefaultTyping.NON_FINAL)
            .build();
    String json = "[\"%s\",{\"command\":\"rm\"}]".formatted(Gadget.class.getName());
    RecordHeaders headers =
        RecordHeaders.empty()
            .with(AofMessageHeaders.CONTENT_TYPE, "application/json")
            .with(AofMessageHeaders.PAYLOAD_TYPE, Gadget.class.getName());
    AofRecord record = record(new EncodedPayload(json.getBytes(StandardCharsets.UTF_8), headers));
    int before = Gadget.made;

    assertThat(withMapper(trusting).decode(record, Object.class)).isInstanceOf(JsonNode.class);
    assertThat(converter.decode(record, Object.class)).isInstanceOf(JsonNode.class);
    assertThat(converter.decode(record, List.class).size()).isEqualTo(2);

    assertThat(Gadget.made).isEqualTo(before);
  }

  @Test
  void saysWhatItCouldNotRead() {
    AofRecord record = record(converter.encode("no json"));

    assertThatExceptionOfType(AofConversionException.class)
        .isThrownBy(() -> converter.decode(record, Order.class))
        .withMessageContaining("offset=0")
        .withMessageContaining("type=" + Order.class.getName())
        .withMessageContaining("contentType=text/plain;charset=UTF-8")
        .withMessageContaining("Unrecognized token");
  }

  @Test
  void refusesJsonNull() {
    byte[] text = "null".getBytes(StandardCharsets.UTF_8);
    EncodedPayload json = EncodedPayload.of(text, "application/json");

    assertThatExceptionOfType(AofConversionException.class)
        .isThrownBy(() -> converter.decode(record(json), Order.class))
        .withMessageContaining("reason=it is null");
  }

  @Test
  void saysWhichDependencyIsMissingForObjects() {
    Order order = new Order("o-1", Instant.EPOCH, List.of());
    AofRecord record = record(converter.encode(order));

    assertThatExceptionOfType(AofConversionException.class)
        .isThrownBy(() -> withoutJackson.encode(order))
        .withMessageContaining("cannot append objects")
        .withMessageContaining("org.springframework.boot:spring-boot-starter-jackson");
    assertThatExceptionOfType(AofConversionException.class)
        .isThrownBy(() -> withoutJackson.decode(record, Order.class))
        .withMessageContaining("cannot read objects");
    assertThat(withoutJackson.decode(record(withoutJackson.encode("text")), String.class))
        .isEqualTo("text");
  }

  @Test
  void refusesNull() {
    assertThatNullPointerException().isThrownBy(() -> converter.encode(null));
  }

  private static AofRecordConverter withMapper(JsonMapper mapper) {
    return new DefaultAofRecordConverter(new JacksonAofRecordConverter(mapper));
  }

  private static String contentType(EncodedPayload encoded) {
    return encoded.headers().lastString(AofMessageHeaders.CONTENT_TYPE).orElseThrow();
  }

  private static AofRecord record(EncodedPayload encoded) {
    InMemoryStore store = new InMemoryStore();
    store.stream("s")
        .append(AppendRequest.builder(encoded.bytes()).headers(encoded.headers()).build());
    try (var reader = store.stream("s").reader(ReadFrom.earliest())) {
      AofRecord record = reader.next();
      assertThat(record).isNotNull();
      return record.copy();
    }
  }
}
