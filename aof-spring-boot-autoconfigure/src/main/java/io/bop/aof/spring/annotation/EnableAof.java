package io.bop.aof.spring.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.context.annotation.Import;

/**
 * Makes {@link AofListener} work without Spring Boot, whose auto-configuration does the same. The
 * application provides an {@link io.bop.aof.spring.listener.AofListenerContainerFactory} named
 * {@code aofListenerContainerFactory}.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Import(AofListenerRegistrar.class)
public @interface EnableAof {}
