package io.bop.aof.spring.annotation;

import io.bop.aof.spring.listener.AofListenerEndpointRegistry;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.core.type.AnnotationMetadata;

/**
 * Registers the processor, unless there is a bean of its name, and the registry, unless there is
 * one of its type.
 */
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
    if (!hasRegistry(registry)) {
      // Without a supplier, which could not be processed ahead of time for a native image.
      registry.registerBeanDefinition(
          AofListenerBeanNames.REGISTRY, new RootBeanDefinition(AofListenerEndpointRegistry.class));
    }
  }

  private static boolean hasRegistry(BeanDefinitionRegistry registry) {
    return registry.containsBeanDefinition(AofListenerBeanNames.REGISTRY)
        || (registry instanceof ListableBeanFactory beans
            && beans.getBeanNamesForType(AofListenerEndpointRegistry.class, true, false).length
                > 0);
  }
}
