package io.bop.aof.spring.boot.autoconfigure.metrics;

import io.bop.aof.AofStore;
import io.bop.aof.spring.boot.autoconfigure.AofAnnotationDrivenAutoConfiguration;
import io.bop.aof.spring.boot.autoconfigure.AofAutoConfiguration;
import io.bop.aof.spring.boot.autoconfigure.AofProperties;
import io.bop.aof.spring.boot.metrics.AofListenerMeterBinder;
import io.bop.aof.spring.boot.metrics.AofMeterBinder;
import io.bop.aof.spring.boot.metrics.EngineMeters;
import io.bop.aof.spring.listener.AofListenerEndpointRegistry;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.context.annotation.Bean;

/** Binds the meters of the store when there is a registry. */
@AutoConfiguration(
    after = {AofAutoConfiguration.class, AofAnnotationDrivenAutoConfiguration.class},
    afterName =
        "org.springframework.boot.micrometer.metrics.autoconfigure"
            + ".CompositeMeterRegistryAutoConfiguration")
@ConditionalOnClass({AofStore.class, MeterRegistry.class})
@ConditionalOnBooleanProperty(
    name = {"aof.enabled", "aof.metrics.enabled"},
    matchIfMissing = true)
@ConditionalOnSingleCandidate(AofStore.class)
@ConditionalOnBean(MeterRegistry.class)
public final class AofMetricsAutoConfiguration {

  AofMetricsAutoConfiguration() {}

  @Bean
  @ConditionalOnMissingBean
  EngineMeters aofEngineMeters() {
    return new EngineMeters();
  }

  @Bean
  @ConditionalOnMissingBean
  AofMeterBinder aofMeterBinder(AofStore store, EngineMeters events, AofProperties properties) {
    return new AofMeterBinder(store, events, properties.metrics().maxStreams());
  }

  @Bean
  @ConditionalOnBean(AofListenerEndpointRegistry.class)
  @ConditionalOnMissingBean
  AofListenerMeterBinder aofListenerMeterBinder(AofListenerEndpointRegistry listeners) {
    return new AofListenerMeterBinder(listeners);
  }
}
