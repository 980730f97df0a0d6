package io.bop.aof.spring.boot.autoconfigure;

import io.bop.aof.AofStore;
import io.bop.aof.spring.boot.logging.EngineEventLog;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/** Logs what the engine does, as structured events. */
@AutoConfiguration
@ConditionalOnClass(AofStore.class)
@ConditionalOnBooleanProperty(
    name = {"aof.enabled", "aof.log-events"},
    matchIfMissing = true)
public final class AofEventLogAutoConfiguration {

  AofEventLogAutoConfiguration() {}

  @Bean
  @ConditionalOnMissingBean
  EngineEventLog aofEngineEventLog() {
    return new EngineEventLog();
  }
}
