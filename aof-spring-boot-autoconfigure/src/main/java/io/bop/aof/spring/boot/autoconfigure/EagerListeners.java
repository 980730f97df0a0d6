package io.bop.aof.spring.boot.autoconfigure;

import io.bop.aof.spring.annotation.AofListener;
import io.bop.aof.spring.annotation.AofListeners;
import java.lang.reflect.Method;
import java.util.List;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.LazyInitializationExcludeFilter;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotationUtils;

/** Beans with listeners are made at the start, also where all others wait to be asked for. */
final class EagerListeners implements LazyInitializationExcludeFilter {

  @Override
  public boolean isExcluded(String beanName, BeanDefinition beanDefinition, Class<?> beanType) {
    return AnnotationUtils.isCandidateClass(
            beanType, List.of(AofListener.class, AofListeners.class))
        && !MethodIntrospector.selectMethods(beanType, EagerListeners::listens).isEmpty();
  }

  private static boolean listens(Method method) {
    return AnnotatedElementUtils.hasAnnotation(method, AofListener.class)
        || AnnotatedElementUtils.hasAnnotation(method, AofListeners.class);
  }
}
