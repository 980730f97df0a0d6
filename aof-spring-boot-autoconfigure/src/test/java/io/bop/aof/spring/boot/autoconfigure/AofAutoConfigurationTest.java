package io.bop.aof.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

import io.bop.aof.AofConfig;
import io.bop.aof.AofStore;
import io.bop.aof.Durability;
import io.bop.aof.EngineListener;
import io.bop.aof.InvalidConfigException;
import io.bop.aof.spring.boot.autoconfigure.health.AofHealthContributorAutoConfiguration;
import io.bop.aof.spring.core.AofConversionException;
import io.bop.aof.spring.core.AofOperations;
import io.bop.aof.spring.core.AofRecordConverter;
import io.bop.aof.spring.core.AofTemplate;
import io.bop.aof.spring.core.DefaultAofRecordConverter;
import io.bop.aof.spring.testsupport.InMemoryStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/** The conditions, on a store in the heap. */
class AofAutoConfigurationTest {

  private final ApplicationContextRunner bare =
      new ApplicationContextRunner()
          .withConfiguration(
              AutoConfigurations.of(
                  AofAutoConfiguration.class,
                  AofJacksonAutoConfiguration.class,
                  AofHealthContributorAutoConfiguration.class,
                  JacksonAutoConfiguration.class));

  private final ApplicationContextRunner runner =
      bare.withBean("memoryStore", AofStore.class, InMemoryStore::new);

  @Test
  void configuresATemplateOnTheStore() {
    runner.run(
        context -> {
          assertThat(context).hasSingleBean(AofTemplate.class).hasSingleBean(AofConfig.class);
          AofTemplate template = context.getBean(AofTemplate.class);
          template.append("orders", "o-1", Map.of("id", "o-1"));
          assertThat(template.replay("orders", Map.class)).containsExactly(Map.of("id", "o-1"));
        });
  }

  @Test
  void leavesTheUsersStoreToTheUser() {
    runner.run(
        context ->
            assertThat(context)
                .hasSingleBean(AofStore.class)
                .doesNotHaveBean("aofStore")
                .doesNotHaveBean(AofStoreLifecycle.class));
  }

  @Test
  void doesNothingWhenDisabled() {
    bare.withPropertyValues("aof.enabled=false", "aof.tier0.max-bytes=1B")
        .run(
            context ->
                assertThat(context)
                    .hasNotFailed()
                    .doesNotHaveBean(AofConfig.class)
                    .doesNotHaveBean(AofStore.class)
                    .doesNotHaveBean(AofOperations.class)
                    .doesNotHaveBean(AofRecordConverter.class)
                    .doesNotHaveBean("aofHealthContributor"));
  }

  @Test
  void doesNothingWithoutTheEngine() {
    bare.withClassLoader(new FilteredClassLoader(AofStore.class))
        .run(
            context ->
                assertThat(context)
                    .hasNotFailed()
                    .doesNotHaveBean("aofConfig")
                    .doesNotHaveBean("aofTemplate"));
  }

  @Test
  void prefersTheUsersConfig() {
    AofConfig own = AofConfig.builder(Path.of("elsewhere")).durability(Durability.MEMORY).build();
    runner
        .withBean(AofConfig.class, () -> own)
        .run(context -> assertThat(context).getBean(AofConfig.class).isSameAs(own));
  }

  @Test
  void prefersTheUsersTemplate() {
    runner
        .withBean(AofOperations.class, () -> mock(AofOperations.class))
        .run(
            context ->
                assertThat(context)
                    .hasSingleBean(AofOperations.class)
                    .doesNotHaveBean(AofTemplate.class));
  }

  @Test
  void prefersTheUsersConverter() {
    AofRecordConverter own = mock(AofRecordConverter.class);
    given(own.encode("payload")).willThrow(new AofConversionException("mine"));
    runner
        .withBean(AofRecordConverter.class, () -> own)
        .run(
            context -> {
              assertThat(context).getBean(AofRecordConverter.class).isSameAs(own);
              AofTemplate template = context.getBean(AofTemplate.class);
              assertThatExceptionOfType(AofConversionException.class)
                  .isThrownBy(() -> template.append("orders", "payload"))
                  .withMessage("mine");
            });
  }

  @Test
  void hasNoTemplateWhenItCannotChooseAStore() {
    runner
        .withBean("secondStore", AofStore.class, InMemoryStore::new)
        .run(
            context ->
                assertThat(context)
                    .hasNotFailed()
                    .doesNotHaveBean(AofTemplate.class)
                    .doesNotHaveBean("aofHealthContributor"));
  }

  @Test
  void usesTheApplicationsJsonMapper() {
    runner
        .withBean(
            JsonMapper.class,
            () ->
                JsonMapper.builder()
                    .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                    .build())
        .run(
            context -> {
              AofTemplate template = context.getBean(AofTemplate.class);
              template.append("orders", new Placed("o-1"));
              assertThat(template.replay("orders", String.class))
                  .containsExactly("{\"order_id\":\"o-1\"}");
            });
  }

  @Test
  void convertsJsonWithoutBootsJacksonModuleToo() {
    new ApplicationContextRunner()
        .withConfiguration(
            AutoConfigurations.of(AofAutoConfiguration.class, AofJacksonAutoConfiguration.class))
        .withBean(AofStore.class, InMemoryStore::new)
        .run(
            context -> {
              AofTemplate template = context.getBean(AofTemplate.class);
              template.append("orders", new Placed("o-1"));
              assertThat(template.replay("orders", Placed.class))
                  .containsExactly(new Placed("o-1"));
            });
  }

  @Test
  void convertsBytesAndTextWithoutJackson() {
    runner
        .withClassLoader(new FilteredClassLoader("tools.jackson"))
        .run(
            context -> {
              assertThat(context).hasSingleBean(DefaultAofRecordConverter.class);
              AofTemplate template = context.getBean(AofTemplate.class);
              template.append("orders", "text");
              assertThatExceptionOfType(AofConversionException.class)
                  .isThrownBy(() -> template.append("orders", new Placed("o-1")))
                  .withMessageContaining("spring-boot-starter-jackson");
            });
  }

  @Test
  void carriesPropertiesIntoTheConfig() {
    runner
        .withPropertyValues(
            "aof.root=target/never-made",
            "aof.durability=archived",
            "aof.tier2.retry.max-attempts=9",
            "aof.streams.orders.segment.max-age=5s")
        .run(
            context -> {
              AofConfig config = context.getBean(AofConfig.class);
              assertThat(config.root()).hasToString("target/never-made");
              assertThat(config.durability()).isEqualTo(Durability.ARCHIVED);
              assertThat(config.tier2().retry().maxAttempts()).isEqualTo(9);
              assertThat(config.streams().get("orders").segmentMaxAge())
                  .isEqualTo(Duration.ofSeconds(5));
            });
  }

  @Test
  void givesTheTemplateItsDefaultStream() {
    runner
        .withPropertyValues("aof.template.default-stream=events")
        .run(
            context -> {
              context.getBean(AofTemplate.class).append("text");
              assertThat(context.getBean(AofStore.class).streamNames()).containsExactly("events");
            });
  }

  @Test
  void appliesCustomizersInOrderAfterTheProperties() {
    runner
        .withUserConfiguration(Customizers.class)
        .withPropertyValues("aof.append-timeout=7s", "aof.durability=memory")
        .run(
            context -> {
              AofConfig config = context.getBean(AofConfig.class);
              assertThat(config.appendTimeout()).isEqualTo(Duration.ofSeconds(2));
              assertThat(config.durability()).isEqualTo(Durability.MEMORY);
            });
  }

  @Test
  void tellsEveryEngineListenerEvenIfOneThrows() {
    List<String> told = new ArrayList<>();
    EngineListener broken =
        new EngineListener() {
          @Override
          public void retired(String stream, long segment) {
            throw new IllegalStateException("broken");
          }
        };
    EngineListener working =
        new EngineListener() {
          @Override
          public void retired(String stream, long segment) {
            told.add(stream + "/" + segment);
          }
        };
    runner
        .withBean("first", EngineListener.class, () -> broken)
        .withBean("second", EngineListener.class, () -> working)
        .run(
            context -> {
              EngineListener all = context.getBean(AofConfig.class).listener();
              assertThatThrownBy(() -> all.retired("orders", 3)).hasMessage("broken");
              assertThat(told).containsExactly("orders/3");
            });
  }

  @Test
  void hasNoListenerByDefaultAndTheOnlyOneAsItIs() {
    runner.run(
        context ->
            assertThat(context.getBean(AofConfig.class).listener()).isSameAs(EngineListener.NOOP));
    EngineListener only = new EngineListener() {};
    runner
        .withBean(EngineListener.class, () -> only)
        .run(context -> assertThat(context.getBean(AofConfig.class).listener()).isSameAs(only));
  }

  @Test
  void refusesAnInvalidConfiguration() {
    runner
        .withPropertyValues("aof.tier0.max-bytes=1MB")
        .run(
            context ->
                assertThat(context)
                    .hasFailed()
                    .getFailure()
                    .rootCause()
                    .isInstanceOf(InvalidConfigException.class)
                    .hasMessageContaining("tier0.max-bytes=1048576"));
  }

  @Test
  void leavesExecutorsToBoot() {
    runner.run(context -> assertThat(context).doesNotHaveBean(Executor.class));
  }

  record Placed(String orderId) {}

  @Configuration(proxyBeanMethods = false)
  static class Customizers {

    @Bean
    @Order(Ordered.LOWEST_PRECEDENCE)
    AofConfigCustomizer last() {
      return builder -> builder.appendTimeout(Duration.ofSeconds(2));
    }

    @Bean
    @Order(Ordered.HIGHEST_PRECEDENCE)
    AofConfigCustomizer first() {
      return builder -> builder.appendTimeout(Duration.ofSeconds(1));
    }
  }
}
