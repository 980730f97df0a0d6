package io.bop.aof.spring.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.bop.aof.spring.testsupport.InMemoryStore;
import io.bop.aof.spring.testsupport.InMemoryStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class AofTemplateTailTest {

  private static final Duration OFTEN = Duration.ofMillis(5);

  private final InMemoryStore store = new InMemoryStore();
  private final InMemoryStream orders = store.inMemory("orders");
  private final AofTemplate template = new AofTemplate(store, new DefaultAofRecordConverter());
  private final List<String> seen = new CopyOnWriteArrayList<>();

  @Test
  void waitsForRecordsUntilTheConditionSaysStop() throws InterruptedException {
    template.append("orders", "first");
    AtomicBoolean stop = new AtomicBoolean();
    TailOptions options = TailOptions.earliest().stopWhen(stop::get).withCheckEvery(OFTEN);
    Thread tail = follow(options);

    await().untilAsserted(() -> assertThat(seen).containsExactly("first"));
    template.append("orders", "second");
    await().untilAsserted(() -> assertThat(seen).containsExactly("first", "second"));
    assertThat(tail.isAlive()).isTrue();

    stop.set(true);
    tail.join(TimeUnit.SECONDS.toMillis(10));
    assertThat(tail.isAlive()).isFalse();
    assertThat(orders.openReaders()).isZero();
  }

  @Test
  void beginsBehindTheNewestRecordIfAsked() throws InterruptedException {
    template.append("orders", "old");
    try (Stream<AofMessage<String>> tail =
        template.tail("orders", String.class, TailOptions.latest())) {
      template.append("orders", "new");
      assertThat(tail.limit(1).map(AofMessage::payload)).containsExactly("new");
    }
    assertThat(orders.openReaders()).isZero();
  }

  @Test
  void endsWhenAnotherThreadClosesIt() throws InterruptedException {
    CountDownLatch ended = new CountDownLatch(1);
    Stream<AofMessage<String>> tail =
        template.tail("orders", String.class, TailOptions.earliest().withCheckEvery(OFTEN));
    Thread reader =
        new Thread(
            () -> {
              tail.forEach(m -> seen.add(m.payload()));
              ended.countDown();
            });
    reader.start();
    template.append("orders", "first");
    await().untilAsserted(() -> assertThat(seen).containsExactly("first"));

    tail.close();

    assertThat(ended.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(orders.openReaders()).isZero();
  }

  @Test
  void endsWhenItsThreadIsInterruptedAndKeepsTheFlag() throws InterruptedException {
    AtomicBoolean flag = new AtomicBoolean();
    Thread tail =
        new Thread(
            () -> {
              template.tail("orders", String.class, TailOptions.earliest(), m -> {});
              flag.set(Thread.currentThread().isInterrupted());
            });
    tail.start();
    tail.interrupt();
    tail.join(TimeUnit.SECONDS.toMillis(10));

    assertThat(tail.isAlive()).isFalse();
    assertThat(flag).isTrue();
    assertThat(orders.openReaders()).isZero();
  }

  private Thread follow(TailOptions options) {
    Thread tail =
        new Thread(
            () -> template.tail("orders", String.class, options, m -> seen.add(m.payload())));
    tail.start();
    return tail;
  }
}
