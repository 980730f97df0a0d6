package io.bop.aof.spring.boot.test;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.autoconfigure.OverrideAutoConfiguration;
import org.springframework.boot.test.context.filter.annotation.TypeExcludeFilters;
import org.springframework.context.annotation.ComponentScan.Filter;
import org.springframework.core.annotation.AliasFor;
import org.springframework.core.env.Environment;
import org.springframework.test.context.BootstrapWith;
import org.springframework.test.context.junit.jupiter.SpringExtension;

/**
 * A test of what appends and reads, with the store and the template and nothing else of the
 * application: no web server, no database.
 *
 * <p>Of the application's components those that belong to the store are found: converters,
 * customizers, listeners of the engine. Others are named with {@code @Import} or {@link
 * #includeFilters}. Segments are small: 1 MB, records up to 256 KB. Contexts are cached as always,
 * so that tests with the same configuration share a store; give each test streams of its own.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@BootstrapWith(AofTestContextBootstrapper.class)
@ExtendWith(SpringExtension.class)
@OverrideAutoConfiguration(enabled = false)
@TypeExcludeFilters(AofTypeExcludeFilter.class)
@AutoConfigureAof
@ImportAutoConfiguration
public @interface AofTest {

  /** Where the store lives. */
  @AliasFor(annotation = AutoConfigureAof.class, attribute = "machine")
  AofMachine machine() default AofMachine.DIRECTORY;

  /** Properties in the form {@code key=value} that are added to the {@link Environment}. */
  String[] properties() default {};

  /** Whether components of the application are left out, but for those of the store. */
  boolean useDefaultFilters() default true;

  /** Components that are found as well. */
  Filter[] includeFilters() default {};

  /** Components that are not found. */
  Filter[] excludeFilters() default {};

  /** Auto-configurations that are left out. */
  @AliasFor(annotation = ImportAutoConfiguration.class, attribute = "exclude")
  Class<?>[] excludeAutoConfiguration() default {};
}
