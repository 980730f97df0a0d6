package io.bop.aof.spring.boot.autoconfigure.observation;

import io.bop.aof.AofStore;
import io.bop.aof.EngineListener;
import io.bop.aof.spring.boot.autoconfigure.AofAutoConfiguration;
import io.bop.aof.spring.boot.autoconfigure.AofProperties;
import io.bop.aof.spring.observation.AofAppendConvention;
import io.bop.aof.spring.observation.AofListenerConvention;
import io.bop.aof.spring.observation.AofListenerObservation;
import io.bop.aof.spring.observation.AofReplayConvention;
import io.bop.aof.spring.observation.AofTemplateObservation;
import io.bop.aof.spring.observation.BatchTracingHandler;
import io.bop.aof.spring.observation.DefaultAofAppendConvention;
import io.bop.aof.spring.observation.DefaultAofListenerConvention;
import io.bop.aof.spring.observation.DefaultAofReplayConvention;
import io.bop.aof.spring.observation.EngineSpans;
import io.bop.aof.spring.observation.ObservedListeners;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.tracing.Tracer;
import java.time.Clock;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;

/**
 * Observes the template and listeners, when asked, and makes spans of what the store does by
 * itself, when there is a tracer. Without an {@link ObservationRegistry} or a {@link Tracer} there
 * are no beans here, and the store has nobody to tell.
 */
@AutoConfiguration(
    before = AofAutoConfiguration.class,
    afterName = {
      "org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration",
      "org.springframework.boot.micrometer.tracing.autoconfigure."
          + "MicrometerTracingAutoConfiguration",
      "org.springframework.boot.micrometer.tracing.autoconfigure.NoopTracerAutoConfiguration"
    })
@ConditionalOnClass(AofStore.class)
@ConditionalOnBooleanProperty(name = "aof.enabled", matchIfMissing = true)
@EnableConfigurationProperties(AofProperties.class)
public final class AofObservationAutoConfiguration {

  AofObservationAutoConfiguration() {}

  @Bean
  @ConditionalOnBean(ObservationRegistry.class)
  @ConditionalOnMissingBean
  @ConditionalOnBooleanProperty("aof.template.observation-enabled")
  AofTemplateObservation aofTemplateObservation(
      ObservationRegistry registry,
      ObjectProvider<AofAppendConvention> append,
      ObjectProvider<AofReplayConvention> replay) {
    return new AofTemplateObservation(
        registry,
        append.getIfUnique(DefaultAofAppendConvention::new),
        replay.getIfUnique(DefaultAofReplayConvention::new));
  }

  @Bean
  @ConditionalOnBean(ObservationRegistry.class)
  @ConditionalOnMissingBean
  @ConditionalOnBooleanProperty("aof.listener.observation-enabled")
  AofListenerObservation aofListenerObservation(
      ObservationRegistry registry, ObjectProvider<AofListenerConvention> convention) {
    return new AofListenerObservation(
        registry, convention.getIfUnique(DefaultAofListenerConvention::new));
  }

  /** Each try of a delivery is observed, by listeners of every kind. */
  @Bean
  @ConditionalOnBean(AofListenerObservation.class)
  @ConditionalOnMissingBean
  ObservedListeners aofObservedListeners(AofListenerObservation observation) {
    return new ObservedListeners(observation);
  }

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(Tracer.class)
  @ConditionalOnBean(Tracer.class)
  static class TracingConfiguration {

    /* Before Boot's handler of receivers, which is at 1000: the first that fits is taken. */
    private static final int BEFORE_RECEIVERS = 900;

    @Bean
    @ConditionalOnMissingBean
    @Order(BEFORE_RECEIVERS)
    BatchTracingHandler aofBatchTracingHandler(Tracer tracer) {
      return new BatchTracingHandler(tracer);
    }

    /** Boot defines a tracer that does nothing where tracing is switched off. */
    @Bean
    @ConditionalOnMissingBean(EngineSpans.class)
    @ConditionalOnBooleanProperty(name = "aof.tracing.enabled", matchIfMissing = true)
    EngineListener aofEngineSpans(Tracer tracer, AofProperties properties) {
      return tracer == Tracer.NOOP
          ? EngineListener.NOOP
          : new EngineSpans(tracer, Clock.systemUTC(), properties.tracing().longFlush());
    }
  }
}
