package io.bop.aof.spring.boot.autoconfigure.observation;

import static org.assertj.core.api.Assertions.assertThat;

import io.bop.aof.AofConfig;
import io.bop.aof.AofStore;
import io.bop.aof.EngineListener;
import io.bop.aof.spring.boot.autoconfigure.AofAutoConfiguration;
import io.bop.aof.spring.core.AofTemplate;
import io.bop.aof.spring.observation.AofAppendContext;
import io.bop.aof.spring.observation.AofListenerObservation;
import io.bop.aof.spring.observation.AofTemplateObservation;
import io.bop.aof.spring.observation.BatchTracingHandler;
import io.bop.aof.spring.observation.DefaultAofAppendConvention;
import io.bop.aof.spring.observation.EngineSpans;
import io.bop.aof.spring.testsupport.InMemoryStore;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.tracing.Tracer;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

class AofObservationAutoConfigurationTest {

  private static final String TEMPLATE = "aof.template.observation-enabled=true";
  private static final String LISTENER = "aof.listener.observation-enabled=true";

  private final ApplicationContextRunner runner =
      new ApplicationContextRunner()
          .withConfiguration(
              AutoConfigurations.of(
                  AofAutoConfiguration.class, AofObservationAutoConfiguration.class))
          .withUserConfiguration(MemoryStore.class);

  @Configuration(proxyBeanMethods = false)
  static class MemoryStore {
    @Bean
    AofStore store() {
      return new InMemoryStore();
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class Registry {

    final List<Observation.Context> stopped = new CopyOnWriteArrayList<>();

    @Bean
    ObservationRegistry registry() {
      ObservationRegistry registry = ObservationRegistry.create();
      registry
          .observationConfig()
          .observationHandler(
              new ObservationHandler<>() {
                @Override
                public void onStop(Observation.Context context) {
                  stopped.add(context);
                }

                @Override
                public boolean supportsContext(Observation.Context context) {
                  return true;
                }
              });
      return registry;
    }
  }

  /** Renames appends. */
  static class OrdersConvention extends DefaultAofAppendConvention {
    @Override
    public String getName() {
      return "shop.append";
    }

    @Override
    public String getContextualName(AofAppendContext context) {
      return "into " + context.stream();
    }
  }

  @Test
  void observesNothingUnlessAsked() {
    runner
        .withUserConfiguration(Registry.class)
        .run(
            context -> {
              assertThat(context)
                  .doesNotHaveBean(AofTemplateObservation.class)
                  .doesNotHaveBean(AofListenerObservation.class)
                  .doesNotHaveBean(EngineListener.class);
              context.getBean(AofTemplate.class).append("orders", "first");
              assertThat(context.getBean(Registry.class).stopped).isEmpty();
            });
  }

  @Test
  void observesAppendsAndReplaysWhenAsked() {
    runner
        .withUserConfiguration(Registry.class)
        .withPropertyValues(TEMPLATE, LISTENER)
        .run(
            context -> {
              AofTemplate template = context.getBean(AofTemplate.class);
              template.append("orders", "first");
              try (var history = template.replay("orders", String.class)) {
                assertThat(history.toList()).containsExactly("first");
              }
              assertThat(context.getBean(Registry.class).stopped)
                  .extracting(Observation.Context::getName)
                  .containsExactly("aof.template.append", "aof.template.replay");
              assertThat(context).hasSingleBean(AofListenerObservation.class);
            });
  }

  @Test
  void needsARegistry() {
    runner
        .withPropertyValues(TEMPLATE, LISTENER)
        .run(
            context -> {
              assertThat(context)
                  .hasNotFailed()
                  .doesNotHaveBean(AofTemplateObservation.class)
                  .doesNotHaveBean(AofListenerObservation.class);
              context.getBean(AofTemplate.class).append("orders", "first");
            });
  }

  @Test
  void conventionOfTheApplicationWins() {
    runner
        .withUserConfiguration(Registry.class)
        .withBean(OrdersConvention.class)
        .withPropertyValues(TEMPLATE)
        .run(
            context -> {
              context.getBean(AofTemplate.class).append("orders", "first");
              assertThat(context.getBean(Registry.class).stopped)
                  .singleElement()
                  .satisfies(
                      stopped -> {
                        assertThat(stopped.getName()).isEqualTo("shop.append");
                        assertThat(stopped.getContextualName()).isEqualTo("into orders");
                      });
            });
  }

  @Test
  void observationOfTheApplicationWins() {
    AofTemplateObservation own = AofTemplateObservation.of(ObservationRegistry.NOOP);
    runner
        .withUserConfiguration(Registry.class)
        .withBean(AofTemplateObservation.class, () -> own)
        .withPropertyValues(TEMPLATE)
        .run(
            context -> {
              context.getBean(AofTemplate.class).append("orders", "first");
              assertThat(context.getBean(AofTemplateObservation.class)).isSameAs(own);
              assertThat(context.getBean(Registry.class).stopped).isEmpty();
            });
  }

  private static Tracer tracer() {
    return (Tracer)
        Proxy.newProxyInstance(
            AofObservationAutoConfigurationTest.class.getClassLoader(),
            new Class<?>[] {Tracer.class},
            (proxy, method, arguments) -> method.invoke(Tracer.NOOP, arguments));
  }

  @Test
  void tracerMakesTheStoreTellOfItsMoves() {
    runner
        .withBean(Tracer.class, AofObservationAutoConfigurationTest::tracer)
        .run(
            context -> {
              assertThat(context).hasSingleBean(EngineSpans.class);
              assertThat(context).hasSingleBean(BatchTracingHandler.class);
              assertThat(context.getBean(AofConfig.class).listener())
                  .isSameAs(context.getBean(EngineSpans.class));
            });
  }

  @Test
  void storeTellsNobodyWhenTracingIsOff() {
    ApplicationContextRunner traced =
        runner.withBean(Tracer.class, AofObservationAutoConfigurationTest::tracer);
    List<ApplicationContextRunner> off =
        List.of(
            runner,
            runner.withBean(Tracer.class, () -> Tracer.NOOP),
            traced.withPropertyValues("aof.tracing.enabled=false"),
            traced.withClassLoader(new FilteredClassLoader(Tracer.class)));
    for (ApplicationContextRunner each : off) {
      each.run(
          context ->
              assertThat(context.getBean(AofConfig.class).listener())
                  .isSameAs(EngineListener.NOOP));
    }
  }

  @Test
  void spansOfTheApplicationWin() {
    EngineSpans own = new EngineSpans(tracer(), Clock.systemUTC(), Duration.ZERO);
    runner
        .withBean(Tracer.class, AofObservationAutoConfigurationTest::tracer)
        .withBean(EngineSpans.class, () -> own)
        .run(context -> assertThat(context.getBean(EngineListener.class)).isSameAs(own));
  }

  @Test
  void nothingWithoutTheStore() {
    runner
        .withUserConfiguration(Registry.class)
        .withBean(Tracer.class, AofObservationAutoConfigurationTest::tracer)
        .withPropertyValues("aof.enabled=false", TEMPLATE, LISTENER)
        .run(
            context ->
                assertThat(context)
                    .doesNotHaveBean(AofTemplateObservation.class)
                    .doesNotHaveBean(EngineListener.class));
  }

  @Test
  void longFlushMustNotBeNegative() {
    new ApplicationContextRunner()
        .withConfiguration(AutoConfigurations.of(AofAutoConfiguration.class))
        .withPropertyValues("aof.tracing.long-flush=-1s")
        .run(
            context ->
                assertThat(context)
                    .getFailure()
                    .rootCause()
                    .hasMessageContaining("tracing.long-flush=PT-1S must not be negative"));
  }
}
