package io.bop.aof.spring.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.bop.aof.AofStore;
import io.bop.aof.AofStream;
import io.bop.aof.AppendRequest;
import io.bop.aof.Cursor;
import io.bop.aof.Durability;
import io.bop.aof.ReadFrom;
import io.bop.aof.spring.boot.autoconfigure.AofAnnotationDrivenAutoConfiguration;
import io.bop.aof.spring.boot.autoconfigure.AofAutoConfiguration;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ConfigurableApplicationContext;

/** Containers with the engine, on a disk. */
@Timeout(120)
class RealStoreListenerTest {

  @TempDir Path folder;

  private final List<String> delivered = new CopyOnWriteArrayList<>();
  private ApplicationContextRunner runner = new ApplicationContextRunner();

  @BeforeEach
  void configure() {
    runner =
        runner
            .withConfiguration(
                AutoConfigurations.of(
                    AofAutoConfiguration.class, AofAnnotationDrivenAutoConfiguration.class))
            .withPropertyValues(
                "aof.root=" + folder.resolve("aof"),
                "aof.tier2.filesystem.root=" + folder.resolve("cold"),
                "aof.max-record-size=256KB",
                "aof.reserve-bytes=1MB",
                "aof.segment.max-size=1MB",
                "aof.tier0.max-bytes=8MB",
                "aof.tier1.max-bytes=8MB",
                "aof.listener.discovery-interval=10ms");
  }

  private static void append(AofStore store, String... payloads) {
    for (String payload : payloads) {
      store.stream("orders").append(payload.getBytes(StandardCharsets.UTF_8));
    }
  }

  private AofListenerContainer listen(
      ConfigurableApplicationContext context, Consumer<AofListenerOptions.Builder> options) {
    return context
        .getBean(AofListenerEndpointRegistry.class)
        .register(
            AofListenerEndpoint.builder("projection")
                .streams("orders")
                .options(options)
                .onRecord((delivery, ack) -> delivered.add(ListenerFixture.describe(delivery)))
                .build(),
            context.getBean(AofListenerContainerFactory.class));
  }

  private void awaitDelivered(String... expected) {
    await().until(() -> delivered.size() >= expected.length);
    assertThat(delivered).containsExactly(expected);
  }

  @Test
  void goesOnWhereItWasWhenTheApplicationStartsAgain() {
    runner.run(
        context -> {
          append(context.getBean(AofStore.class), "a", "b");
          listen(context, o -> {});
          awaitDelivered("orders:0:a", "orders:1:b");
        });
    runner.run(
        context -> {
          append(context.getBean(AofStore.class), "c");
          listen(context, o -> {});
          awaitDelivered("orders:0:a", "orders:1:b", "orders:2:c");
        });
  }

  @Test
  void startsAnewInAStreamThatWasDeletedAndCreatedAgain() {
    runner.run(
        context -> {
          AofStore store = context.getBean(AofStore.class);
          append(store, "a", "b");
          listen(context, o -> {});
          awaitDelivered("orders:0:a", "orders:1:b");
          store.deleteStream("orders");
          append(store, "new");
          awaitDelivered("orders:0:a", "orders:1:b", "orders:0:new");
        });
  }

  @Test
  void latestGoesOnBehindTheEndOfItsFirstStart() {
    runner.run(
        context -> {
          append(context.getBean(AofStore.class), "old");
          listen(context, o -> o.startAt(ReadFrom.latest())).stop();
          append(context.getBean(AofStore.class), "while away");
        });
    runner.run(
        context -> {
          listen(context, o -> o.startAt(ReadFrom.latest()));
          awaitDelivered("orders:1:while away");
        });
  }

  @Test
  void stopsWhenRecordsWereRetiredAndGoesOnOnceItsPlaceIsDeleted() {
    runner.run(
        context -> {
          AofStore store = context.getBean(AofStore.class);
          append(store, "a");
          AofListenerContainer container = listen(context, o -> {});
          await().until(() -> place(store) == 1);
          container.stop();
          append(store, "b");
          AofStream orders = store.stream("orders");
          orders.seal();
          append(store, "c");
          orders.truncateBefore(2);
          await().until(() -> orders.startOffset() == 2);
          container.start();
          await().until(() -> container.state() == ListenerState.FAILED);
          assertThat(container.snapshot().failure())
              .contains("offset out of range: stream=orders offset=1 start=2");

          store.cursors().delete("projection", "orders");
          await().until(() -> !container.isRunning());
          container.start();

          awaitDelivered("orders:0:a", "orders:2:c");
        });
  }

  private static long place(AofStore store) {
    return store.cursors().find("projection", "orders").map(c -> c.cursor().offset()).orElse(-1L);
  }

  @Test
  void whatARestoreHasLostIsADivergence() {
    runner.run(
        context -> {
          AofStore store = context.getBean(AofStore.class);
          append(store, "a");
          store.stream("orders")
              .append(AppendRequest.builder(new byte[0]).durability(Durability.ARCHIVED).build());
        });
    runner
        .withPropertyValues("aof.root=" + folder.resolve("restored"), "aof.tier2.restore=if-empty")
        .run(
            context -> {
              AofStore store = context.getBean(AofStore.class);
              long end = store.stream("orders").nextOffset();
              // Of the lost machine, which had one more record that was never archived.
              store.cursors().save("projection", "orders", new Cursor(0, end + 1));
              append(store, "x", "y");
              AofListenerContainer container = listen(context, o -> {});
              await().until(() -> container.state() == ListenerState.FAILED);
              assertThat(container.snapshot().failure())
                  .contains("replaced by a takeover", "from=" + end);
              await().until(() -> !container.isRunning());
              context.getBean(AofListenerEndpointRegistry.class).unregister("projection");
              listen(context, o -> o.onDiverged(OffsetLossPolicy.RESUME));
              awaitDelivered("orders:" + end + ":x", "orders:" + (end + 1) + ":y");
            });
  }

  @Test
  @EnabledForJreRange(min = JRE.JAVA_21)
  void usesVirtualThreadsWhenToldTo() {
    List<String> threads = new CopyOnWriteArrayList<>();
    runner
        .withPropertyValues("spring.threads.virtual.enabled=true")
        .run(
            context -> {
              append(context.getBean(AofStore.class), "a");
              context
                  .getBean(AofListenerEndpointRegistry.class)
                  .register(
                      AofListenerEndpoint.builder("projection")
                          .streams("orders")
                          .onRecord(
                              (delivery, ack) -> threads.add(Thread.currentThread().toString()))
                          .build(),
                      context.getBean(AofListenerContainerFactory.class));
              await().until(() -> !threads.isEmpty());
              assertThat(threads.get(0)).startsWith("VirtualThread").contains("aof-listener-");
            });
  }
}
