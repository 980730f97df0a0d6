package io.bop.aof.spring.annotation;

/** Names of the beans that make listeners work. */
public final class AofListenerBeanNames {

  /** Of the {@link AofListenerAnnotationBeanPostProcessor}. */
  public static final String PROCESSOR =
      "io.bop.aof.spring.annotation.internalAofListenerAnnotationProcessor";

  /** Of the {@link io.bop.aof.spring.listener.AofListenerEndpointRegistry}. */
  public static final String REGISTRY = "aofListenerEndpointRegistry";

  /**
   * Of the {@link io.bop.aof.spring.listener.AofListenerContainerFactory} that is used if none is
   * named.
   */
  public static final String CONTAINER_FACTORY = "aofListenerContainerFactory";

  private AofListenerBeanNames() {}
}
