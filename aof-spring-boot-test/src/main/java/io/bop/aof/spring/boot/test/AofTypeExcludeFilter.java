package io.bop.aof.spring.boot.test;

import io.bop.aof.EngineListener;
import io.bop.aof.spring.boot.autoconfigure.AofConfigCustomizer;
import io.bop.aof.spring.core.AofRecordConverter;
import java.util.Set;
import org.springframework.boot.test.context.filter.annotation.StandardAnnotationCustomizableTypeExcludeFilter;

/** Leaves out what does not belong to the store. */
final class AofTypeExcludeFilter extends StandardAnnotationCustomizableTypeExcludeFilter<AofTest> {

  private static final Set<Class<?>> OF_THE_STORE =
      Set.of(AofRecordConverter.class, AofConfigCustomizer.class, EngineListener.class);

  AofTypeExcludeFilter(Class<?> testClass) {
    super(testClass);
  }

  @Override
  protected Set<Class<?>> getKnownIncludes() {
    return OF_THE_STORE;
  }
}
