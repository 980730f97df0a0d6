package io.bop.aof.spring.annotation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.bop.aof.AofRecord;
import io.bop.aof.AofStore;
import io.bop.aof.spring.boot.autoconfigure.AofAnnotationDrivenAutoConfiguration;
import io.bop.aof.spring.boot.autoconfigure.AofAutoConfiguration;
import io.bop.aof.spring.boot.autoconfigure.AofJacksonAutoConfiguration;
import io.bop.aof.spring.core.AofMessage;
import io.bop.aof.spring.core.AofMessageHeaders;
import io.bop.aof.spring.core.AofTemplate;
import io.bop.aof.spring.core.JacksonAofRecordConverter;
import io.bop.aof.spring.listener.Acknowledgment;
import io.bop.aof.spring.listener.AofListenerEndpointRegistry;
import io.bop.aof.spring.listener.AofListenerErrorHandler;
import io.bop.aof.spring.listener.AofListenerSnapshot;
import io.bop.aof.spring.listener.AofRecordRecoverer;
import io.bop.aof.spring.listener.DefaultAofListenerErrorHandler;
import io.bop.aof.spring.listener.ListenerState;
import io.bop.aof.spring.testsupport.InMemoryStore;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.messaging.Message;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.annotation.Headers;
import org.springframework.messaging.handler.annotation.Payload;
import org.springframework.util.backoff.FixedBackOff;
import org.springframework.validation.Errors;
import org.springframework.validation.Validator;
import org.springframework.validation.annotation.Validated;
import tools.jackson.databind.json.JsonMapper;

/** Methods as listeners: what they can take, and what is wrong with them. */
@Timeout(60)
class AofListenerAnnotationTest {

  private static final List<String> CALLS = new CopyOnWriteArrayList<>();

  private final InMemoryStore store = new InMemoryStore();

  private final ApplicationContextRunner runner =
      new ApplicationContextRunner()
          .withConfiguration(
              AutoConfigurations.of(
                  AofAutoConfiguration.class,
                  AofJacksonAutoConfiguration.class,
                  AofAnnotationDrivenAutoConfiguration.class,
                  JacksonAutoConfiguration.class))
          .withBean(AofStore.class, () -> store)
          .withPropertyValues("aof.listener.discovery-interval=10ms");

  record Order(String id, int amount) {}

  AofListenerAnnotationTest() {
    CALLS.clear();
  }

  private static void awaitCalls(String... expected) {
    await().until(() -> CALLS.size() >= expected.length);
    assertThat(CALLS).containsExactlyInAnyOrder(expected);
  }

  static class Payloads {

    @AofListener(id = "typed", streams = "orders")
    void typed(Order order, @Header(AofMessageHeaders.OFFSET) long offset) {
      CALLS.add("typed " + order + " " + offset);
    }

    @AofListener(id = "text", streams = "orders")
    void text(@Payload String json) {
      CALLS.add("text " + json);
    }

    @AofListener(id = "bytes", streams = "orders")
    void bytes(byte[] payload) {
      CALLS.add("bytes " + payload.length);
    }

    @AofListener(id = "record", streams = "orders")
    void record(AofRecord record) {
      CALLS.add("record " + record.payloadSize());
    }

    @AofListener(id = "message", streams = "orders")
    void message(AofMessage<Order> message) {
      CALLS.add("message " + message.payload().amount() + " " + message.keyText().orElse(""));
    }

    @AofListener(id = "spring", streams = "orders")
    void spring(Message<Order> message) {
      CALLS.add(
          "spring "
              + message.getPayload().amount()
              + " "
              + message.getHeaders().get(AofMessageHeaders.STREAM));
    }

    @AofListener(id = "anything", streams = "orders")
    void anything(Object tree) {
      CALLS.add("anything " + tree);
    }
  }

  @Test
  void takesThePayloadInManyForms() {
    runner
        .withBean(Payloads.class)
        .run(
            context -> {
              context.getBean(AofTemplate.class).append("orders", "o-1", new Order("o-1", 3));
              awaitCalls(
                  "typed Order[id=o-1, amount=3] 0",
                  "text {\"id\":\"o-1\",\"amount\":3}",
                  "bytes 23",
                  "record 23",
                  "message 3 o-1",
                  "spring 3 orders",
                  "anything {\"id\":\"o-1\",\"amount\":3}");
            });
  }

  static class Headed {

    @AofListener(id = "headed", streams = "orders")
    void headed(
        String payload,
        @Header(AofMessageHeaders.STREAM) String stream,
        @Header(AofMessageHeaders.OFFSET) Long offset,
        @Header(AofMessageHeaders.TIMESTAMP) Instant timestamp,
        @Header(AofMessageHeaders.KEY) UUID key,
        @Header(AofMessageHeaders.EXT_ID) int extId,
        @Header(AofMessageHeaders.LISTENER_ID) String listener,
        @Header("tenant") String tenant,
        @Header("tenant") byte[] tenantBytes,
        @Header(name = "absent", required = false) String absent,
        @Headers Map<String, Object> all) {
      CALLS.add(
          String.join(
              " ",
              payload,
              stream,
              offset.toString(),
              timestamp.toString(),
              key.toString(),
              Integer.toString(extId),
              listener,
              tenant,
              Integer.toString(tenantBytes.length),
              String.valueOf(absent),
              all.get(AofMessageHeaders.CONTENT_TYPE).toString()));
    }
  }

  @Test
  void takesHeadersConverted() {
    UUID key = new UUID(1, 2);
    runner
        .withBean(Headed.class)
        .run(
            context -> {
              context
                  .getBean(AofTemplate.class)
                  .newAppend("hello")
                  .toStream("orders")
                  .withKey(key)
                  .withExtId(42)
                  .withHeader("tenant", "t-1")
                  .withTimestamp(Instant.EPOCH)
                  .append();
              awaitCalls(
                  "hello orders 0 1970-01-01T00:00:00Z "
                      + key
                      + " 42 headed t-1 3 null text/plain;charset=UTF-8");
            });
  }

  static class Batches {

    @AofListener(id = "orders", streams = "orders", batch = true)
    void orders(List<Order> orders, @Header(AofMessageHeaders.STREAM) String stream) {
      CALLS.add(stream + " " + orders.stream().mapToInt(Order::amount).sum());
    }

    @AofListener(id = "messages", streams = "orders", batch = true)
    void messages(List<AofMessage<Order>> messages) {
      CALLS.add("messages " + messages.get(1).payload() + messages.get(1).offset());
    }

    @AofListener(id = "spring", streams = "orders", batch = true)
    void spring(List<Message<Order>> messages) {
      CALLS.add("spring " + messages.get(0).getHeaders().get(AofMessageHeaders.OFFSET));
    }

    @AofListener(id = "records", streams = "orders", batch = true)
    void records(List<AofRecord> records) {
      CALLS.add("records " + records.size());
    }
  }

  @Test
  void takesBatchesAsLists() {
    new AofTemplate(store, new JacksonAofRecordConverter(JsonMapper.builder().build()))
        .appendAll("orders", List.of(new Order("a", 1), new Order("b", 2)));
    runner
        .withBean(Batches.class)
        .run(
            context ->
                awaitCalls("orders 3", "messages Order[id=b, amount=2]1", "spring 0", "records 2"));
  }

  static class Spelled {

    @AofListener(
        id = "${ids.first}",
        streams = {"${names}", "#{'x' + 'y'}", "#{T(java.util.List).of('p','q')}"},
        concurrency = "#{1 + 1}",
        autoStartup = "${auto:false}",
        ackMode = "RECORD",
        order = "key",
        startAt = "timestamp:2026-11-01T00:00:00Z")
    @AofListener(id = "second", streamPattern = "a.*", startAt = "offset:5")
    void on(String payload) {}
  }

  @Test
  void resolvesPlaceholdersAndExpressionsAndMayBeRepeated() {
    runner
        .withBean(Spelled.class)
        .withPropertyValues("ids.first=one", "names=a,b", "aof.listener.auto-startup=false")
        .run(
            context -> {
              AofListenerEndpointRegistry registry =
                  context.getBean(AofListenerEndpointRegistry.class);
              assertThat(registry.snapshots())
                  .extracting(AofListenerSnapshot::id)
                  .containsExactly("one", "second");
              var one = registry.find("one").orElseThrow();
              assertThat(one.endpoint().streams())
                  .containsExactlyInAnyOrder("a", "b", "xy", "p", "q");
              assertThat(one.options().toString())
                  .contains("concurrency=2", "ackMode=RECORD", "order=KEY", "autoStartup=false")
                  .contains("startAt=Timestamp[micros=1793491200000000]");
              var second = registry.find("second").orElseThrow();
              assertThat(second.endpoint().streamPattern()).hasToString("a.*");
              assertThat(second.options().startAt()).hasToString("Offset[offset=5]");
              assertThat(second.state()).isEqualTo(ListenerState.STOPPED);
            });
  }

  static class Manual {

    static volatile Acknowledgment acknowledgment;

    @AofListener(id = "manual", streams = "orders", ackMode = "manual")
    void on(String payload, Acknowledgment ack) {
      acknowledgment = ack;
      CALLS.add(payload);
    }
  }

  @Test
  void acknowledgesByHand() {
    runner
        .withBean(Manual.class)
        .run(
            context -> {
              context.getBean(AofTemplate.class).append("orders", "a");
              awaitCalls("a");
              assertThat(store.cursors().offset("manual", "orders")).isZero();
              Manual.acknowledgment.acknowledge();
              await().until(() -> store.cursors().offset("manual", "orders") == 1);
            });
  }

  static class Later {

    static final CompletableFuture<Void> DONE = new CompletableFuture<>();

    @AofListener(id = "later", streams = "orders")
    CompletableFuture<Void> on(String payload) {
      CALLS.add(payload);
      return DONE;
    }
  }

  @Test
  void isDoneWhenTheReturnedStageIs() {
    runner
        .withBean(Later.class)
        .run(
            context -> {
              context.getBean(AofTemplate.class).append("orders", "a");
              context.getBean(AofTemplate.class).append("orders", "b");
              awaitCalls("a");
              assertThat(
                      context.getBean(AofListenerEndpointRegistry.class).snapshots().get(0).lag())
                  .isEqualTo(2);
              Later.DONE.complete(null);
              await().until(() -> store.cursors().offset("later", "orders") == 2);
            });
  }

  static class OnlyPositive implements Validator {

    @Override
    public boolean supports(Class<?> type) {
      return type == Order.class;
    }

    @Override
    public void validate(Object target, Errors errors) {
      if (((Order) target).amount() <= 0) {
        errors.reject("amount", "amount must be positive");
      }
    }
  }

  static class Checked {

    @AofListener(id = "checked", streams = "orders", errorHandler = "skipping")
    void on(@Payload @Validated Order order) {
      CALLS.add(order.id());
    }
  }

  @Test
  void poisonIsWhatIsNotValidOrNotAPayload() {
    runner
        .withBean(Checked.class)
        .withBean(OnlyPositive.class)
        .withBean(
            "skipping",
            AofListenerErrorHandler.class,
            () ->
                new DefaultAofListenerErrorHandler(
                    new FixedBackOff(3_600_000, Long.MAX_VALUE), AofRecordRecoverer.skip()))
        .run(
            context -> {
              AofTemplate aof = context.getBean(AofTemplate.class);
              aof.append("orders", new Order("negative", -1));
              aof.append("orders", "no JSON");
              aof.append("orders", new Order("good", 1));
              awaitCalls("good");
              assertThat(
                      context
                          .getBean(AofListenerEndpointRegistry.class)
                          .snapshots()
                          .get(0)
                          .streams()
                          .get(0)
                          .recovered())
                  .isEqualTo(2);
            });
  }

  static class Wrong {

    @AofListener(
        id = "a b",
        streams = "x/y",
        streamPattern = "(",
        startAt = "yesterday",
        concurrency = "many",
        autoStartup = "maybe",
        ackMode = "sometimes",
        order = "random",
        errorHandler = "nobody",
        batch = true)
    void on(AofMessage<Order> order, Acknowledgment ack) {}
  }

  @Test
  void namesEverythingThatIsWrongWithAnAnnotation() {
    runner
        .withBean("wrong", Wrong.class)
        .run(
            context -> {
              assertThat(context).hasFailed();
              String message = context.getStartupFailure().getMessage();
              System.out.println(message);
              assertThat(message)
                  .contains("bean=wrong method=", "Wrong.on")
                  .contains("streamPattern='(' must be a regular expression")
                  .contains("startAt='yesterday' must be earliest, latest, offset:<number> or")
                  .contains("concurrency='many' must be a number")
                  .contains("autoStartup='maybe' must be true or false")
                  .contains("ackMode='sometimes' must be one of record, batch, manual")
                  .contains("order='random' must be one of stream, key")
                  .contains(
                      "errorHandler='nobody' must name a bean of type AofListenerErrorHandler")
                  .contains("must be manual for a parameter of type Acknowledgment")
                  .contains("batch='true' takes lists: use List<AofMessage>")
                  .contains("batch='true' needs one parameter of type List")
                  .contains("id='a b' must be", "streams='x/y' must be");
            });
  }

  static class Twice {

    @AofListener(id = "same", streams = "a")
    @AofListener(id = "same", streams = "b")
    void on(String payload) {}
  }

  @Test
  void refusesTwoListenersOfOneId() {
    runner
        .withBean(Twice.class)
        .run(
            context ->
                assertThat(context)
                    .getFailure()
                    .hasMessageContaining("two listeners have one id")
                    .hasMessageContaining("id=same"));
  }

  static class NeverAcknowledging {

    @AofListener(id = "manual", streams = "a", ackMode = "manual")
    void on(String payload) {}
  }

  @Test
  void refusesManualListenersThatCannotAcknowledge() {
    runner
        .withBean(NeverAcknowledging.class)
        .run(
            context ->
                assertThat(context)
                    .getFailure()
                    .hasMessageContaining("needs a parameter of type Acknowledgment"));
  }
}
