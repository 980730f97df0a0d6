package io.bop.aof.spring.boot.autoconfigure.endpoint;

import io.bop.aof.AofStore;
import io.bop.aof.spring.boot.autoconfigure.AofAutoConfiguration;
import io.bop.aof.spring.boot.endpoint.AofEndpoint;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.context.annotation.Bean;

/** Adds the endpoint {@code aof} when it is exposed. */
@AutoConfiguration(after = AofAutoConfiguration.class)
@ConditionalOnClass({AofStore.class, ConditionalOnAvailableEndpoint.class})
@ConditionalOnBooleanProperty(name = "aof.enabled", matchIfMissing = true)
@ConditionalOnSingleCandidate(AofStore.class)
@ConditionalOnAvailableEndpoint(AofEndpoint.class)
public final class AofEndpointAutoConfiguration {

  AofEndpointAutoConfiguration() {}

  @Bean
  @ConditionalOnMissingBean
  AofEndpoint aofEndpoint(AofStore store) {
    return new AofEndpoint(store);
  }
}
