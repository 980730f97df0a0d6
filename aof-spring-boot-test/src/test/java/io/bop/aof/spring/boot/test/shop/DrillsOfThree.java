package io.bop.aof.spring.boot.test.shop;

import io.bop.aof.AofConfig;
import io.bop.aof.spring.boot.autoconfigure.AofConfigCustomizer;
import org.springframework.stereotype.Component;

/** Belongs to the store. */
@Component
class DrillsOfThree implements AofConfigCustomizer {

  @Override
  public void customize(AofConfig.Builder builder) {
    builder.drill(drill -> drill.withSegments(3));
  }
}
