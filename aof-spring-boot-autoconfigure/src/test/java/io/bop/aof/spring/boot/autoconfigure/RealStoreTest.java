package io.bop.aof.spring.boot.autoconfigure;

import static io.bop.aof.Durability.ARCHIVED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.bop.aof.AofFollower;
import io.bop.aof.AofStore;
import io.bop.aof.AppendRequest;
import io.bop.aof.Durability;
import io.bop.aof.OffsetConflictException;
import io.bop.aof.ReadOnlyStoreException;
import io.bop.aof.StoreClosedException;
import io.bop.aof.StoreLockedException;
import io.bop.aof.spring.boot.autoconfigure.health.AofHealthContributorAutoConfiguration;
import io.bop.aof.spring.core.AofMessage;
import io.bop.aof.spring.core.AofTemplate;
import io.bop.aof.spring.core.TailOptions;
import jakarta.annotation.PostConstruct;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.autoconfigure.contributor.HealthContributorAutoConfiguration;
import org.springframework.boot.health.contributor.CompositeHealthContributor;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** The auto-configuration with the engine, on a disk. */
@Timeout(60)
class RealStoreTest {

  @TempDir Path folder;

  private ApplicationContextRunner runner = new ApplicationContextRunner();

  record Order(String id, int amount) {}

  @BeforeEach
  void configure() {
    runner =
        runner
            .withConfiguration(
                AutoConfigurations.of(
                    AofAutoConfiguration.class,
                    AofJacksonAutoConfiguration.class,
                    AofHealthContributorAutoConfiguration.class,
                    HealthContributorAutoConfiguration.class,
                    JacksonAutoConfiguration.class))
            .withPropertyValues(
                "aof.root=" + folder.resolve("aof"),
                "aof.max-record-size=256KB",
                "aof.reserve-bytes=1MB",
                "aof.segment.max-size=1MB",
                "aof.tier0.max-bytes=8MB",
                "aof.tier1.max-bytes=8MB");
  }

  @Test
  void keepsWhatWasAppendedWhenTheApplicationStartsAgain() {
    runner.run(
        context -> {
          AofTemplate aof = context.getBean(AofTemplate.class);
          assertThat(aof.append("orders", "o-1", new Order("o-1", 3)).durability())
              .isEqualTo(Durability.FLUSHED);
          aof.appendAll("orders", List.of(new Order("o-2", 4), new Order("o-3", 5)), Order::id);
        });
    runner.run(
        context -> {
          AofTemplate aof = context.getBean(AofTemplate.class);
          try (Stream<AofMessage<Order>> history = aof.replayMessages("orders", Order.class)) {
            assertThat(history.map(m -> m.offset() + ":" + m.keyText().orElse("") + m.payload()))
                .containsExactly(
                    "0:o-1Order[id=o-1, amount=3]",
                    "1:o-2Order[id=o-2, amount=4]",
                    "2:o-3Order[id=o-3, amount=5]");
          }
          assertThat(aof.readOne("orders", 1, Order.class)).contains(new Order("o-2", 4));
          assertThat(aof.readOne("orders", 3, Order.class)).isEmpty();
        });
  }

  private ApplicationContextRunner at(String root, String... properties) {
    return runner
        .withPropertyValues("aof.tier2.filesystem.root=" + folder.resolve("cold"))
        .withPropertyValues("aof.root=" + folder.resolve(root))
        .withPropertyValues(properties);
  }

  private static void archive(AofStore store) {
    store.stream("orders").append(AppendRequest.builder(new byte[8]).durability(ARCHIVED).build());
  }

  @Test
  void restoresAnEmptyRootFromTheObjectStoreWhenToldTo() {
    at("lost")
        .run(
            context -> {
              AofTemplate aof = context.getBean(AofTemplate.class);
              aof.append("orders", "o-1", new Order("o-1", 3));
              archive(context.getBean(AofStore.class));
            });
    at("next")
        .run(
            context ->
                assertThat(context)
                    .getFailure()
                    .rootCause()
                    .hasMessageContaining("tier 2 belongs to another store")
                    .hasMessageContaining("restore"));
    at("next", "aof.tier2.restore=if-empty")
        .run(
            context -> {
              AofTemplate aof = context.getBean(AofTemplate.class);
              assertThat(aof.readOne("orders", 0, Order.class)).contains(new Order("o-1", 3));
              assertThat(aof.append("orders", "o-2", new Order("o-2", 4)).offset()).isEqualTo(2);
            });
  }

  @Test
  void followsAStoreOfAnotherApplication() {
    at("writer")
        .run(
            writer -> {
              AofTemplate writing = writer.getBean(AofTemplate.class);
              writing.append("orders", "o-1", new Order("o-1", 3));
              archive(writer.getBean(AofStore.class));
              at("reader", "aof.follower.enabled=true", "aof.follower.poll-interval=50ms")
                  .run(
                      reader -> {
                        AofTemplate reading = reader.getBean(AofTemplate.class);
                        assertThat(reading.readOne("orders", 0, Order.class))
                            .contains(new Order("o-1", 3));
                        assertThatExceptionOfType(ReadOnlyStoreException.class)
                            .isThrownBy(() -> reading.append("orders", "no"));
                        archive(writer.getBean(AofStore.class));
                        AofStore followed = reader.getBean(AofStore.class);
                        assertThat(followed).isInstanceOf(AofFollower.class);
                        await().until(() -> followed.stream("orders").nextOffset() == 3);
                      });
            });
  }

  @Test
  void takesAppendsOfInitializers() {
    runner
        .withBean(Initializer.class)
        .run(
            context ->
                assertThat(context.getBean(AofTemplate.class).replay("boot", String.class))
                    .containsExactly("started"));
  }

  @Test
  void closesTheStoreWithTheContext() {
    AofStore[] store = new AofStore[1];
    runner.run(
        context -> {
          store[0] = context.getBean(AofStore.class);
          assertThat(context).hasSingleBean(AofStoreLifecycle.class);
          store[0].stream("orders");
        });

    assertThatExceptionOfType(StoreClosedException.class)
        .isThrownBy(() -> store[0].stream("orders"));
  }

  @Test
  void refusesASecondContextOnTheSameRoot() {
    runner.run(
        first ->
            runner.run(
                second ->
                    assertThat(second)
                        .hasFailed()
                        .getFailure()
                        .rootCause()
                        .isInstanceOf(StoreLockedException.class)));
  }

  @Test
  void releasesTheRootWhenAnotherBeanFails() {
    runner
        .withBean(Broken.class)
        .run(context -> assertThat(context).getFailure().hasMessageContaining("Broken"));

    runner.run(context -> assertThat(context).hasNotFailed());
  }

  @Test
  void appendsOnlyAtTheExpectedOffset() {
    runner.run(
        context -> {
          AofTemplate aof = context.getBean(AofTemplate.class);
          aof.appendExpecting("orders", 0, "first");
          assertThatExceptionOfType(OffsetConflictException.class)
              .isThrownBy(() -> aof.appendExpecting("orders", 0, "again"));
          assertThat(aof.appendAsync("orders", "second").join().offset()).isEqualTo(1);
        });
  }

  @Test
  void followsAStream() {
    runner.run(
        context -> {
          AofTemplate aof = context.getBean(AofTemplate.class);
          aof.append("orders", "first");
          try (Stream<AofMessage<String>> tail =
              aof.tail("orders", String.class, TailOptions.earliest())) {
            aof.append("orders", "second");
            assertThat(tail.limit(2).map(AofMessage::payload)).containsExactly("first", "second");
          }
        });
  }

  @Test
  void isHealthy() {
    runner.run(
        context -> {
          context.getBean(AofTemplate.class).append("orders", "first");
          CompositeHealthContributor aof = context.getBean(CompositeHealthContributor.class);
          assertThat(aof.stream())
              .hasSize(6)
              .allSatisfy(
                  entry ->
                      assertThat(((HealthIndicator) entry.contributor()).health().getStatus())
                          .as(entry.name())
                          .isEqualTo(Status.UP));
        });
  }

  static final class Initializer {

    private final AofTemplate aof;

    Initializer(AofTemplate aof) {
      this.aof = aof;
    }

    @PostConstruct
    void start() {
      aof.append("boot", "started");
    }
  }

  static final class Broken {

    Broken(AofStore store) {
      throw new IllegalStateException("Broken on purpose: " + store.streamNames());
    }
  }
}
