package io.bop.aof.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class FlightEventsTest {

  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private final FlightEvents events = new FlightEvents(MAPPER);

  @Test
  void readsTheWholeDataSet() {
    assertThat(events.size()).isEqualTo(20_000);
    assertThat(events.event(0))
        .isEqualTo(new Flight(0L, LocalDateTime.of(2001, 1, 1, 0, 47), 66, 1750, "DTW", "LAS"));
    assertThat(events.event(19_999).date()).isEqualTo(LocalDateTime.of(2001, 3, 31, 22, 27));
  }

  @Test
  void repeatsTheFlightsUnderNewNumbers() {
    assertThat(events.event(40_003)).isEqualTo(events.event(3).withSeq(40_003));
  }

  @Test
  void knowsTheJsonOfEveryEventWithoutTheMapper() {
    for (long seq : new long[] {0, 1, 9, 10, 99, 100, 19_999, 20_000, 1_999_999, 9_999_999_999L}) {
      byte[] expected = MAPPER.writeValueAsBytes(events.event(seq));
      assertThat(events.payload(seq)).isEqualTo(expected);
      assertThat(events.payloadSize(seq)).isEqualTo(expected.length);
      assertThat(events.matches(seq, ByteBuffer.wrap(expected))).isTrue();
    }
  }

  @Test
  void seesOneFlippedBit() {
    for (int at = 0; at < events.payloadSize(123_456); at++) {
      byte[] payload = events.payload(123_456);
      payload[at] ^= 1;
      assertThat(events.matches(123_456, ByteBuffer.wrap(payload))).isFalse();
    }
    assertThat(events.matches(123_457, ByteBuffer.wrap(events.payload(123_456)))).isFalse();
  }

  @Test
  void writesJsonThatPeopleCanRead() {
    assertThat(new String(events.payload(20_001), StandardCharsets.UTF_8))
        .isEqualTo(
            "{\"seq\":20001,\"date\":\"2001-01-01T01:10:00\",\"delay\":95,\"distance\":2399,"
                + "\"origin\":\"HNL\",\"destination\":\"SFO\"}");
  }

  @Test
  void refusesAnEmptyDataSet() {
    assertThatThrownBy(() -> new FlightEvents(List.of(), MAPPER))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
