package io.bop.aof.spring.boot.test;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;

/**
 * Gives the store of a test a place of its own, and small segments: for tests that start the whole
 * application ({@code @SpringBootTest}) or another slice. {@link AofTest} has it.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@ImportAutoConfiguration
public @interface AutoConfigureAof {

  /** Where the store lives. */
  AofMachine machine() default AofMachine.DIRECTORY;
}
