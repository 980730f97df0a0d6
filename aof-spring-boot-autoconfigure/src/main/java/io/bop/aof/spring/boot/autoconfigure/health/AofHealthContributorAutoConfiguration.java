package io.bop.aof.spring.boot.autoconfigure.health;

import io.bop.aof.AofStore;
import io.bop.aof.spring.boot.autoconfigure.AofAutoConfiguration;
import io.bop.aof.spring.boot.autoconfigure.AofProperties;
import io.bop.aof.spring.boot.health.AofHealth;
import io.bop.aof.spring.listener.AofListenerEndpointRegistry;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthContributor;
import org.springframework.context.annotation.Bean;

/** Contributes the health of the store as {@code aof}. */
@AutoConfiguration(after = AofAutoConfiguration.class)
@ConditionalOnClass({AofStore.class, ConditionalOnEnabledHealthIndicator.class})
@ConditionalOnBooleanProperty(name = "aof.enabled", matchIfMissing = true)
@ConditionalOnSingleCandidate(AofStore.class)
@ConditionalOnEnabledHealthIndicator("aof")
public final class AofHealthContributorAutoConfiguration {

  AofHealthContributorAutoConfiguration() {}

  @Bean
  @ConditionalOnMissingBean(name = {"aofHealthContributor", "aofHealthIndicator"})
  HealthContributor aofHealthContributor(
      AofStore store,
      AofProperties properties,
      ObjectProvider<AofListenerEndpointRegistry> listeners) {
    AofProperties.Health health = properties.health();
    AofListenerEndpointRegistry registry = listeners.getIfUnique();
    return registry == null
        ? AofHealth.of(store, health.backpressureGrace())
        : AofHealth.of(store, health.backpressureGrace(), registry, health.listenerOutOfService());
  }
}
