package io.bop.aof.spring.boot.autoconfigure;

import io.bop.aof.AofConfig;
import io.bop.aof.AofStore;
import io.bop.aof.EngineListener;
import io.bop.aof.spring.core.AofOperations;
import io.bop.aof.spring.core.AofRecordConverter;
import io.bop.aof.spring.core.AofTemplate;
import io.bop.aof.spring.core.AofTemplateOptions;
import io.bop.aof.spring.core.DefaultAofRecordConverter;
import io.bop.aof.spring.observation.AofTemplateObservation;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.ImportRuntimeHints;
import org.springframework.core.env.Environment;
import org.springframework.core.metrics.StartupStep;

/**
 * Configures the store and the template: {@link AofProperties} → {@link AofConfig} → {@link
 * AofStore} → {@link AofTemplate}, each unless the application defines its own.
 */
@AutoConfiguration
@ConditionalOnClass(AofStore.class)
@ConditionalOnBooleanProperty(name = "aof.enabled", matchIfMissing = true)
@EnableConfigurationProperties(AofProperties.class)
@ImportRuntimeHints(AofRuntimeHints.class)
public final class AofAutoConfiguration {

  AofAutoConfiguration() {}

  @Bean
  @ConditionalOnMissingBean
  AofConfig aofConfig(
      AofProperties properties,
      ObjectProvider<EngineListener> listeners,
      ObjectProvider<AofConfigCustomizer> customizers,
      Environment environment) {
    EngineListener listener = CompositeEngineListener.of(listeners.orderedStream().toList());
    Binder binder = Binder.get(environment);
    return new AofPropertiesMapper(
            properties, key -> binder.bind("aof." + key, String.class).isBound())
        .toConfig(
            builder -> {
              builder.listener(listener);
              customizers.orderedStream().forEach(c -> c.customize(builder));
            });
  }

  @Bean
  @ConditionalOnMissingBean
  AofRecordConverter aofRecordConverter() {
    return new DefaultAofRecordConverter();
  }

  @Bean
  @ConditionalOnSingleCandidate(AofStore.class)
  @ConditionalOnMissingBean(AofOperations.class)
  AofTemplate aofTemplate(
      AofStore store,
      AofRecordConverter converter,
      AofProperties properties,
      ObjectProvider<AofTemplateObservation> observation) {
    AofTemplateOptions options =
        AofTemplateOptions.defaults()
            .withDefaultStream(properties.template().defaultStream())
            .withObservation(observation.getIfUnique());
    return new AofTemplate(store, converter, options);
  }

  /** The store opens with its bean, so that initializers of other beans may append. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnMissingBean(AofStore.class)
  static class StoreConfiguration {

    @Bean(destroyMethod = "close")
    AofStore aofStore(
        AofConfig config, AofProperties properties, ConfigurableListableBeanFactory beanFactory) {
      StartupStep step =
          beanFactory
              .getApplicationStartup()
              .start("aof.store.open")
              .tag("root", config.root().toString());
      try {
        return properties.follower().enabled()
            ? AofStore.openFollower(config)
            : AofStore.open(config);
      } finally {
        step.end();
      }
    }

    @Bean
    AofStoreLifecycle aofStoreLifecycle(AofStore aofStore, AofConfig config) {
      return new AofStoreLifecycle(aofStore, config.root().toString());
    }
  }
}
