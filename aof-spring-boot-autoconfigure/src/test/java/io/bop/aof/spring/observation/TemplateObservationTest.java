package io.bop.aof.spring.observation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bop.aof.AppendRequest;
import io.bop.aof.OffsetConflictException;
import io.bop.aof.OffsetOutOfRangeException;
import io.bop.aof.ReadFrom;
import io.bop.aof.ReadOptions;
import io.bop.aof.spring.core.AofTemplate;
import io.bop.aof.spring.core.AofTemplateOptions;
import io.bop.aof.spring.core.DefaultAofRecordConverter;
import io.bop.aof.spring.core.TailOptions;
import io.bop.aof.spring.testsupport.InMemoryStore;
import io.micrometer.common.KeyValue;
import io.micrometer.common.docs.KeyName;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.docs.ObservationDocumentation;
import io.micrometer.observation.transport.SenderContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is observed of a template, and when an observation ends. */
class TemplateObservationTest {

  private final InMemoryStore store = new InMemoryStore();
  private final List<Observation.Context> started = new ArrayList<>();
  private final List<Observation.Context> stopped = new ArrayList<>();
  private final ObservationRegistry registry = ObservationRegistry.create();
  private final AofTemplate template =
      new AofTemplate(
          store,
          new DefaultAofRecordConverter(),
          AofTemplateOptions.defaults().withObservation(AofTemplateObservation.of(registry)));

  /** Writes a header as tracing does. */
  private final class Handler implements ObservationHandler<Observation.Context> {
    @Override
    @SuppressWarnings("unchecked")
    public void onStart(Observation.Context context) {
      started.add(context);
      if (context instanceof SenderContext<?> sender) {
        SenderContext<Object> typed = (SenderContext<Object>) sender;
        typed.getSetter().set(typed.getCarrier(), "traceparent", "00-trace-" + started.size());
      }
    }

    @Override
    public void onStop(Observation.Context context) {
      stopped.add(context);
    }

    @Override
    public boolean supportsContext(Observation.Context context) {
      return true;
    }
  }

  private void watch() {
    registry.observationConfig().observationHandler(new Handler());
  }

  private static Map<String, String> keys(Observation.Context context) {
    Map<String, String> keys = new TreeMap<>();
    for (KeyValue key : context.getAllKeyValues()) {
      keys.put(key.getKey(), key.getValue());
    }
    return keys;
  }

  private List<String> parents() {
    return store.inMemory("orders").requests().stream()
        .map(AppendRequest::headers)
        .map(headers -> headers.lastString("traceparent").orElse("none"))
        .toList();
  }

  @Test
  void appendCarriesTheContextAndSaysWhatWasAppended() {
    watch();
    template.append("orders", "first");
    template.append("orders", "key", "second");

    assertThat(parents()).containsExactly("00-trace-1", "00-trace-2");
    assertThat(stopped).hasSize(2);
    Observation.Context second = stopped.get(1);
    assertThat(second.getName()).isEqualTo("aof.template.append");
    assertThat(second.getContextualName()).isEqualTo("append orders");
    assertThat(keys(second))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "messaging.system", "aof",
                "messaging.operation.name", "append",
                "messaging.operation.type", "send",
                "messaging.destination.name", "orders",
                "messaging.batch.message_count", "1",
                "aof.bytes", "6",
                "aof.offset", "1"));
    assertThat(second.getLowCardinalityKeyValues().stream().map(KeyValue::getKey))
        .doesNotContain("messaging.destination.name");
  }

  @Test
  void batchIsOneObservationAndEachRecordCarriesIt() {
    watch();
    template.appendAll("orders", List.of("first", "second"));
    template.appendAllExpecting("orders", 2, List.of("third"));

    assertThat(parents()).containsExactly("00-trace-1", "00-trace-1", "00-trace-2");
    assertThat(keys(stopped.get(0)))
        .containsEntry("messaging.batch.message_count", "2")
        .containsEntry("aof.bytes", "11")
        .containsEntry("aof.offset", "0");
  }

  @Test
  void fluentAppendCarriesItOnceEachTime() {
    watch();
    var append = template.newAppend("first").toStream("orders").withHeader("tenant", "a");
    append.append();
    append.appendAsync().join();

    assertThat(parents()).containsExactly("00-trace-1", "00-trace-2");
    assertThat(store.inMemory("orders").requests())
        .allSatisfy(request -> assertThat(request.headers().count()).isEqualTo(3));
  }

  @Test
  void whatTheStoreRefusesIsTheErrorOfTheObservation() {
    watch();
    assertThatThrownBy(() -> template.appendExpecting("orders", 5, "first"))
        .isInstanceOf(OffsetConflictException.class);
    assertThat(template.newAppend("first").toStream("orders").expectingOffset(5).appendAsync())
        .isCompletedExceptionally();

    assertThat(stopped)
        .hasSize(2)
        .allSatisfy(
            context -> {
              assertThat(context.getError()).isInstanceOf(OffsetConflictException.class);
              assertThat(keys(context)).doesNotContainKey("aof.offset");
            });
  }

  @Test
  void closedStoreEndsTheObservation() {
    watch();
    store.close();
    assertThat(template.appendAsync("orders", "first")).isCompletedExceptionally();
    assertThat(stopped).hasSize(1);
  }

  @Test
  void replayLastsFromOpeningItsStreamToItsEnd() {
    template.appendAll("orders", List.of("first", "second"));
    watch();
    try (Stream<String> history = template.replay("orders", String.class)) {
      assertThat(started).hasSize(1);
      assertThat(registry.getCurrentObservation()).isNull();
      assertThat(history.peek(each -> assertThat(stopped).isEmpty())).hasSize(2);
    }

    assertThat(stopped).hasSize(1);
    assertThat(stopped.get(0).getContextualName()).isEqualTo("replay orders");
    assertThat(keys(stopped.get(0)))
        .containsEntry("messaging.operation.type", "receive")
        .containsEntry("messaging.batch.message_count", "2")
        .containsEntry("aof.bytes", "11")
        .containsEntry("aof.offset", "0");
    assertThat(store.inMemory("orders").openReaders()).isZero();
  }

  @Test
  void replayThatIsClosedEarlyEndsThere() {
    template.appendAll("orders", List.of("first", "second"));
    watch();
    try (Stream<String> history = template.replay("orders", String.class)) {
      assertThat(history.findFirst()).contains("first");
      assertThat(stopped).isEmpty();
    }

    assertThat(keys(stopped.get(0))).containsEntry("messaging.batch.message_count", "1");
  }

  @Test
  void replayThatCannotBeginFails() {
    template.append("orders", "first");
    watch();
    ReadFrom behind = ReadFrom.offset(7);
    assertThatThrownBy(
            () -> template.replayRecords("orders", behind, ReadOptions.defaults()).count())
        .isInstanceOf(OffsetOutOfRangeException.class);

    assertThat(stopped)
        .singleElement()
        .satisfies(
            context ->
                assertThat(context.getError()).isInstanceOf(OffsetOutOfRangeException.class));
    assertThat(ObservedReader.reading()).isNull();
  }

  @Test
  void tailAndReadOneAreNotObserved() {
    template.append("orders", "first");
    watch();
    assertThat(template.readOne("orders", 0, String.class)).contains("first");
    try (var tail = template.tail("orders", String.class, TailOptions.earliest())) {
      assertThat(tail.findFirst()).isPresent();
    }
    assertThat(started).isEmpty();
  }

  @Test
  void registryWithoutHandlersAddsNothing() {
    template.append("orders", "first");
    template.appendAsync("orders", "second").join();
    template.appendAll("orders", List.of("third"));
    assertThat(parents()).containsOnly("none");
    try (Stream<String> history = template.replay("orders", String.class)) {
      assertThat(history).hasSize(3);
    }
  }

  @Test
  void everyKeyIsDocumented() {
    watch();
    template.append("orders", "first");
    try (Stream<String> history = template.replay("orders", String.class)) {
      assertThat(history).hasSize(1);
    }
    AofListenerObservation.of(registry)
        .observe(
            () ->
                AofListenerContext.ofRecord(
                    "projection",
                    "orders",
                    template
                        .replayRecords("orders", ReadFrom.earliest(), ReadOptions.defaults())
                        .toList()
                        .get(0)),
            () -> {});

    assertThat(stopped).extracting(Observation.Context::getName).contains("aof.listener");
    for (Observation.Context context : stopped) {
      ObservationDocumentation documentation =
          switch (context.getName()) {
            case DefaultAofAppendConvention.NAME -> AofObservation.APPEND;
            case DefaultAofReplayConvention.NAME -> AofObservation.REPLAY;
            default -> AofObservation.LISTENER;
          };
      assertThat(names(documentation.getLowCardinalityKeyNames()))
          .containsExactlyInAnyOrderElementsOf(
              context.getLowCardinalityKeyValues().stream().map(KeyValue::getKey).toList());
      assertThat(names(documentation.getHighCardinalityKeyNames()))
          .containsAll(
              context.getHighCardinalityKeyValues().stream().map(KeyValue::getKey).toList());
    }
  }

  private static List<String> names(KeyName[] keys) {
    return Arrays.stream(keys).map(KeyName::asString).toList();
  }

  @Test
  void refusalsOfTheStoreLookTheSameWhenTheyAreObserved() {
    watch();
    Throwable failure =
        template
            .newAppend("late")
            .toStream("orders")
            .expectingOffset(9)
            .appendAsync()
            .handle((appended, thrown) -> thrown)
            .join();

    assertThat(failure).isInstanceOf(OffsetConflictException.class);
    assertThat(stopped).hasSize(1);
    assertThat(stopped.get(0).getError()).isSameAs(failure);
  }
}
