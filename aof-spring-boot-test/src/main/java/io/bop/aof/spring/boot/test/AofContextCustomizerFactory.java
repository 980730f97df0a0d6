package io.bop.aof.spring.boot.test;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.test.context.ContextConfigurationAttributes;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.ContextCustomizerFactory;
import org.springframework.test.context.TestContextAnnotationUtils;

/** Finds {@link AutoConfigureAof} on test classes. */
final class AofContextCustomizerFactory implements ContextCustomizerFactory {

  AofContextCustomizerFactory() {}

  @Override
  public @Nullable ContextCustomizer createContextCustomizer(
      Class<?> testClass, List<ContextConfigurationAttributes> attributes) {
    AutoConfigureAof found =
        TestContextAnnotationUtils.findMergedAnnotation(testClass, AutoConfigureAof.class);
    return found == null ? null : new AofContextCustomizer(found.machine());
  }
}
