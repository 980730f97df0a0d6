package io.bop.aof.spring.annotation;

import io.bop.aof.spring.core.AofRecordConverter;
import io.bop.aof.spring.core.DefaultAofRecordConverter;
import io.bop.aof.spring.listener.AofListenerEndpointRegistry;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.AopInfrastructureBean;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryAware;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.validation.Validator;

/**
 * Finds methods with {@link AofListener} and registers a container for each with the {@link
 * AofListenerEndpointRegistry}, once all singletons are there; those of beans that are made later,
 * at once.
 */
public class AofListenerAnnotationBeanPostProcessor
    implements BeanPostProcessor, BeanFactoryAware, SmartInitializingSingleton, Ordered {

  /*
   * Other beans are asked for only when the singletons are complete: what a post-processor needs
   * earlier is created before the other post-processors, and never seen by them.
   */

  private final Set<Class<?>> without = ConcurrentHashMap.newKeySet();
  private final List<Found> found = new ArrayList<>();
  private @Nullable ConfigurableListableBeanFactory beans;
  private volatile @Nullable ListenerRegistration registration;
  private boolean complete;

  /** An annotated method. */
  private record Found(Object bean, String beanName, Method method, AofListener annotation) {}

  /** Made by {@link EnableAof} or the auto-configuration. */
  public AofListenerAnnotationBeanPostProcessor() {}

  @Override
  public void setBeanFactory(BeanFactory beanFactory) {
    this.beans = (ConfigurableListableBeanFactory) beanFactory;
  }

  @Override
  public int getOrder() {
    return Ordered.LOWEST_PRECEDENCE;
  }

  @Override
  public Object postProcessAfterInitialization(Object bean, String beanName) {
    Class<?> type = AopProxyUtils.ultimateTargetClass(bean);
    if (bean instanceof AopInfrastructureBean || without.contains(type)) {
      return bean;
    }
    Map<Method, Set<AofListener>> methods = methods(type);
    if (methods.isEmpty()) {
      without.add(type);
    }
    methods.forEach(
        (method, annotations) -> {
          Method invocable = AopUtils.selectInvocableMethod(method, bean.getClass());
          annotations.forEach(a -> add(new Found(bean, beanName, invocable, a)));
        });
    return bean;
  }

  private static Map<Method, Set<AofListener>> methods(Class<?> type) {
    if (!AnnotationUtils.isCandidateClass(type, List.of(AofListener.class, AofListeners.class))) {
      return Map.of();
    }
    return MethodIntrospector.selectMethods(
        type,
        (Method method) -> {
          Set<AofListener> all =
              new LinkedHashSet<>(
                  AnnotatedElementUtils.getMergedRepeatableAnnotations(
                      method, AofListener.class, AofListeners.class));
          return all.isEmpty() ? null : all;
        });
  }

  private void add(Found one) {
    boolean now;
    synchronized (found) {
      now = complete;
      if (!now) {
        found.add(one);
      }
    }
    if (now) {
      register(one);
    }
  }

  @Override
  public void afterSingletonsInstantiated() {
    List<Found> all;
    synchronized (found) {
      complete = true;
      all = List.copyOf(found);
      found.clear();
    }
    all.forEach(this::register);
  }

  private void register(Found one) {
    registration().register(one.bean(), one.beanName(), one.method(), one.annotation());
  }

  private ListenerRegistration registration() {
    ListenerRegistration made = registration;
    if (made == null) {
      ConfigurableListableBeanFactory factory = beans;
      if (factory == null) {
        throw new IllegalStateException("bean factory was not set");
      }
      made =
          new ListenerRegistration(
              factory,
              factory.getBeanProvider(AofListenerEndpointRegistry.class),
              factory
                  .getBeanProvider(AofRecordConverter.class)
                  .getIfAvailable(DefaultAofRecordConverter::new),
              factory.getBeanProvider(Validator.class).getIfUnique());
      registration = made;
    }
    return made;
  }
}
