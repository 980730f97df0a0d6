package io.bop.aof.spring.boot.autoconfigure;

import io.bop.aof.AofConfig;

/**
 * Changes the store's configuration after the properties were applied. Beans of this type are
 * called in their order; later ones win.
 */
@FunctionalInterface
public interface AofConfigCustomizer {

  /** Changes what the builder holds. */
  void customize(AofConfig.Builder builder);
}
