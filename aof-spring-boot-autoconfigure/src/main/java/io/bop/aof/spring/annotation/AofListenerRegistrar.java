package io.bop.aof.spring.annotation;

import io.bop.aof.spring.listener.AofListenerContainer;
import io.bop.aof.spring.listener.AofListenerEndpointRegistry;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.core.type.AnnotationMetadata;

/** Registers the processor and the registry, each unless there is a bean of its name. */
final class AofListenerRegistrar implements ImportBeanDefinitionRegistrar {

  @Override
  public void registerBeanDefinitions(
      AnnotationMetadata importing, BeanDefinitionRegistry registry) {
    if (!registry.containsBeanDefinition(AofListenerBeanNames.PROCESSOR)) {
      RootBeanDefinition processor =
          new RootBeanDefinition(AofListenerAnnotationBeanPostProcessor.class);
      processor.setRole(BeanDefinition.ROLE_INFRASTRUCTURE);
      registry.registerBeanDefinition(AofListenerBeanNames.PROCESSOR, processor);
    }
    if (!registry.containsBeanDefinition(AofListenerBeanNames.REGISTRY)
        && registry instanceof ConfigurableListableBeanFactory beans) {
      ObjectProvider<AofListenerContainer> containers =
          beans.getBeanProvider(AofListenerContainer.class);
      registry.registerBeanDefinition(
          AofListenerBeanNames.REGISTRY,
          new RootBeanDefinition(
              AofListenerEndpointRegistry.class,
              () -> new AofListenerEndpointRegistry(containers)));
    }
  }
}
