package io.bop.aof.spring.boot.autoconfigure.health;

import io.bop.aof.AofStore;
import io.bop.aof.spring.boot.autoconfigure.AofAutoConfiguration;
import io.bop.aof.spring.boot.autoconfigure.AofProperties;
import io.bop.aof.spring.boot.health.AofReadiness;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.health.contributor.Health;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;

/** Takes the application out of traffic while the store can take no appends. */
@AutoConfiguration(after = AofAutoConfiguration.class)
@ConditionalOnClass({AofStore.class, Health.class})
@ConditionalOnBooleanProperty(
    name = {"aof.enabled", "aof.health.readiness"},
    matchIfMissing = true)
@ConditionalOnSingleCandidate(AofStore.class)
public final class AofReadinessAutoConfiguration {

  AofReadinessAutoConfiguration() {}

  @Bean
  @ConditionalOnMissingBean
  AofReadiness aofReadiness(ApplicationEventPublisher publisher, AofProperties properties) {
    return new AofReadiness(publisher, properties.health().backpressureGrace());
  }

  /** The listener exists before the store, which tells it of trouble from its first moment on. */
  @Bean
  SmartInitializingSingleton aofReadinessFollower(AofReadiness readiness, AofStore store) {
    return () -> readiness.follow(store);
  }
}
