package io.bop.aof.spring.boot.autoconfigure;

import io.bop.aof.AofStore;
import io.bop.aof.spring.annotation.AofListenerBeanNames;
import io.bop.aof.spring.annotation.EnableAof;
import io.bop.aof.spring.listener.AofListenerContainer;
import io.bop.aof.spring.listener.AofListenerContainerFactory;
import io.bop.aof.spring.listener.AofListenerEndpointRegistry;
import io.bop.aof.spring.listener.AofListenerErrorHandler;
import io.bop.aof.spring.listener.AofListenerInterceptor;
import java.util.concurrent.ThreadFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.LazyInitializationExcludeFilter;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.thread.Threading;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.core.task.VirtualThreadTaskExecutor;
import org.springframework.messaging.handler.annotation.support.MessageHandlerMethodFactory;

/**
 * Configures listeners: a registry and a container factory, each unless the application defines its
 * own, and, if Spring Messaging is there, methods with {@link
 * io.bop.aof.spring.annotation.AofListener}.
 */
@AutoConfiguration(after = AofAutoConfiguration.class)
@ConditionalOnClass(AofStore.class)
@ConditionalOnBooleanProperty(
    name = {"aof.enabled", "aof.listener.enabled"},
    matchIfMissing = true)
@ConditionalOnSingleCandidate(AofStore.class)
public final class AofAnnotationDrivenAutoConfiguration {

  AofAnnotationDrivenAutoConfiguration() {}

  @Bean(AofListenerBeanNames.REGISTRY)
  @ConditionalOnMissingBean
  AofListenerEndpointRegistry aofListenerEndpointRegistry(
      ObjectProvider<AofListenerContainer> containers) {
    return new AofListenerEndpointRegistry(containers);
  }

  @Bean(AofListenerBeanNames.CONTAINER_FACTORY)
  @ConditionalOnMissingBean(name = AofListenerBeanNames.CONTAINER_FACTORY)
  AofListenerContainerFactory aofListenerContainerFactory(
      AofStore store,
      AofProperties properties,
      ObjectProvider<AofListenerErrorHandler> errorHandlers,
      ObjectProvider<AofListenerInterceptor> interceptors,
      Environment environment) {
    ListenerPropertiesMapper mapper = new ListenerPropertiesMapper(properties.listener());
    AofListenerContainerFactory factory =
        new AofListenerContainerFactory(store)
            .withOptions(mapper.toOptions())
            .withErrorHandler(errorHandlers.getIfUnique(() -> mapper.toErrorHandler(store)))
            .withInterceptors(interceptors.orderedStream().toList());
    return Threading.VIRTUAL.isActive(environment)
        ? factory.withThreads(virtualThreads())
        : factory;
  }

  private static ThreadFactory virtualThreads() {
    return new VirtualThreadTaskExecutor("aof-listener-").getVirtualThreadFactory();
  }

  /** Annotated methods. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(MessageHandlerMethodFactory.class)
  @ConditionalOnMissingBean(name = AofListenerBeanNames.PROCESSOR)
  @EnableAof
  static class AnnotatedMethods {

    /** With {@code spring.main.lazy-initialization} nobody would ask for what only listens. */
    @Bean
    static LazyInitializationExcludeFilter aofListenerLazyInitializationExcludeFilter() {
      return new EagerListeners();
    }
  }
}
