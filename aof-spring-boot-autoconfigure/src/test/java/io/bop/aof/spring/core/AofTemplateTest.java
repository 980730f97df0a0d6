package io.bop.aof.spring.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.bop.aof.AofRecord;
import io.bop.aof.AppendRequest;
import io.bop.aof.AppendResult.Appended;
import io.bop.aof.Durability;
import io.bop.aof.OffsetConflictException;
import io.bop.aof.OffsetOutOfRangeException;
import io.bop.aof.ReadFrom;
import io.bop.aof.ReadOptions;
import io.bop.aof.StoreClosedException;
import io.bop.aof.spring.testsupport.InMemoryStore;
import io.bop.aof.spring.testsupport.InMemoryStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class AofTemplateTest {

  private final InMemoryStore store = new InMemoryStore();
  private final InMemoryStream orders = store.inMemory("orders");
  private final AofTemplate template =
      new AofTemplate(
          store,
          new DefaultAofRecordConverter(
              new JacksonAofRecordConverter(JsonMapper.builder().build())));

  record Order(String id, int amount) {}

  @Test
  void appendsAnObjectAsJsonUnderItsKey() {
    Appended appended = template.append("orders", "o-1", new Order("o-1", 3));

    assertThat(appended).isEqualTo(new Appended(0, Durability.FLUSHED));
    AppendRequest request = orders.requests().get(0);
    assertThat(request.payload()).asString().isEqualTo("{\"id\":\"o-1\",\"amount\":3}");
    assertThat(request.key()).asString().isEqualTo("o-1");
    assertThat(request.headers().lastString("content-type")).contains("application/json");
    assertThat(request.headers().lastString("aof-type")).contains(Order.class.getName());
  }

  @Test
  void writesKeysAsTheirText() {
    UUID id = new UUID(1, 2);
    template.append("orders", 17L, "number");
    template.append("orders", id, "uuid");
    template.append("orders", Durability.MEMORY, "constant");
    template.append("orders", new byte[] {1, 2}, "bytes");

    assertThat(template.replayMessages("orders", String.class))
        .extracting(m -> m.keyText().orElseThrow())
        .containsExactly("17", id.toString(), "MEMORY", "\u0001\u0002");
  }

  @Test
  void refusesAKeyThatHasNoStableText() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> template.append("orders", new Order("o-1", 3), "payload"))
        .withMessageContaining("cannot be a key")
        .withMessageContaining(Order.class.getName());
    assertThat(orders.requests()).isEmpty();
  }

  @Test
  void appendsToTheDefaultStream() {
    AofTemplate withDefault =
        new AofTemplate(
            store,
            new DefaultAofRecordConverter(),
            AofTemplateOptions.defaults().withDefaultStream("events"));

    withDefault.append("first");
    withDefault.appendAsync("second").join();

    assertThat(template.replay("events", String.class)).containsExactly("first", "second");
  }

  @Test
  void saysWhichPropertyNamesTheDefaultStream() {
    assertThatIllegalStateException()
        .isThrownBy(() -> template.append("text"))
        .withMessageContaining("aof.template.default-stream");
  }

  @Test
  void appendsOnlyAtTheExpectedOffset() {
    template.appendExpecting("orders", 0, "first");

    assertThatExceptionOfType(OffsetConflictException.class)
        .isThrownBy(() -> template.appendExpecting("orders", 0, "again"))
        .satisfies(e -> assertThat(e.actual()).isEqualTo(1));
    template.appendAllExpecting("orders", 1, List.of("second", "third"));
    assertThatExceptionOfType(OffsetConflictException.class)
        .isThrownBy(() -> template.appendAllExpecting("orders", 1, List.of("fourth")));

    assertThat(template.replay("orders", String.class)).containsExactly("first", "second", "third");
  }

  @Test
  void appendsABatchWithKeys() {
    Appended first =
        template.appendAll("orders", List.of(new Order("a", 1), new Order("b", 2)), Order::id);

    assertThat(first.offset()).isZero();
    assertThat(template.replayMessages("orders", Order.class))
        .extracting(m -> m.keyText().orElseThrow())
        .containsExactly("a", "b");
  }

  @Test
  void refusesAnEmptyBatch() {
    assertThatIllegalArgumentException().isThrownBy(() -> template.appendAll("orders", List.of()));
  }

  @Test
  void carriesEverythingThatAnAppendIsGiven() {
    Instant time = Instant.parse("2026-11-01T10:00:00.123456Z");
    Appended appended =
        template
            .newAppend(new Order("o-1", 3))
            .toStream("orders")
            .withKey("o-1")
            .withHeader("tenant", "acme")
            .withHeader("raw", new byte[] {7})
            .withTimestamp(time)
            .withExtId(99)
            .expectingOffset(0)
            .durability(Durability.MEMORY)
            .timeout(Duration.ofSeconds(2))
            .append();

    assertThat(appended).isEqualTo(new Appended(0, Durability.MEMORY));
    AppendRequest request = orders.requests().get(0);
    assertThat(request.timeout()).isEqualTo(Duration.ofSeconds(2));
    assertThat(request.expectedOffset()).hasValue(0);
    AofMessage<Order> message = template.readOneMessage("orders", 0, Order.class).orElseThrow();
    assertThat(message.payload()).isEqualTo(new Order("o-1", 3));
    assertThat(message.keyText()).contains("o-1");
    assertThat(message.timestamp()).isEqualTo(time);
    assertThat(message.extId()).hasValue(99);
    assertThat(message.header("tenant")).contains("acme");
    assertThat(message.header("content-type")).contains("application/json");
    assertThat(message.headers().last("raw")).hasValueSatisfying(v -> assertThat(v).hasSize(1));
    assertThat(message.toString()).doesNotContain("amount");
  }

  @Test
  void deliversWhatTheStoreRefusesThroughTheFuture() {
    store.close();

    assertThat(template.appendAsync("orders", "payload"))
        .failsWithin(1, TimeUnit.SECONDS)
        .withThrowableThat()
        .withCauseInstanceOf(StoreClosedException.class);
    assertThatExceptionOfType(StoreClosedException.class)
        .isThrownBy(() -> template.append("orders", "payload"));
  }

  @Test
  void replaysWhatWasThereWhenItBegan() {
    template.append("orders", "first");
    template.append("orders", "second");

    try (Stream<String> history = template.replay("orders", String.class)) {
      template.append("orders", "too late");
      assertThat(history).containsExactly("first", "second");
    }
  }

  @Test
  void replaysDurableRecordsUnlessToldOtherwise() {
    template.appendAll("orders", List.of("durable", "committed"));
    orders.durableOffset(1);

    assertThat(template.replay("orders", String.class)).containsExactly("durable");
    assertThat(template.readOne("orders", 1, String.class)).isEmpty();
    ReadOptions committed = ReadOptions.defaults().withVisibility(ReadOptions.Visibility.COMMITTED);
    assertThat(template.replay("orders", String.class, ReadFrom.offset(1), committed))
        .containsExactly("committed");
    template.flush("orders");
    assertThat(template.readOne("orders", 1, String.class)).contains("committed");
  }

  @Test
  void handsOutCopiesOfRecords() {
    template.appendAll("orders", List.of("first", "second"));

    List<AofRecord> records;
    try (Stream<AofRecord> all =
        template.replayRecords("orders", ReadFrom.earliest(), ReadOptions.defaults())) {
      records = all.toList();
    }

    assertThat(records).extracting(AofRecord::offset).containsExactly(0L, 1L);
    assertThat(records)
        .extracting(r -> StandardCharsets.UTF_8.decode(r.payload()).toString())
        .containsExactly("first", "second");
  }

  @Test
  void closesItsReaderAtTheEndAndWhenClosed() {
    template.appendAll("orders", List.of("first", "second"));

    assertThat(template.replay("orders", String.class).count()).isEqualTo(2);
    assertThat(orders.openReaders()).isZero();

    Stream<String> halfRead = template.replay("orders", String.class);
    assertThat(orders.openReaders()).isEqualTo(1);
    assertThat(halfRead.limit(1).toList()).containsExactly("first");
    halfRead.close();
    halfRead.close();
    assertThat(orders.openReaders()).isZero();
  }

  @Test
  void readsInOrderEvenWhenAskedToReadInParallel() {
    for (int i = 0; i < 500; i++) {
      template.append("orders", String.valueOf(i));
    }

    try (Stream<String> history = template.replay("orders", String.class)) {
      assertThat(history.parallel().map(Integer::valueOf).toList()).isSorted().hasSize(500);
    }
  }

  @Test
  void findsNothingInAStreamThatDoesNotExistAndCreatesNone() {
    assertThat(template.replay("absent", String.class)).isEmpty();
    assertThat(template.readOne("absent", 0, String.class)).isEmpty();
    template.flush("absent");
    assertThat(store.streamNames()).containsExactly("orders");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> template.replay("no/such name", String.class));
  }

  @Test
  void readsOneRecord() {
    template.appendAll("orders", List.of("first", "second"));

    assertThat(template.readOne("orders", 1, String.class)).contains("second");
    assertThat(template.readOne("orders", 2, String.class)).isEmpty();
    assertThat(orders.openReaders()).isZero();
  }

  @Test
  void passesTheStoresExceptionsThrough() {
    assertThatExceptionOfType(OffsetOutOfRangeException.class)
        .isThrownBy(
            () -> template.replayRecords("orders", ReadFrom.offset(9), ReadOptions.defaults()));
  }

  @Test
  void givesTheStoreToACallback() {
    template.append("orders", "first");

    assertThat(template.<Long>execute(s -> s.stream("orders").nextOffset())).isEqualTo(1L);
  }
}
