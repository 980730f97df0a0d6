package io.bop.aof.spi;

import io.bop.aof.AofConfig;
import io.bop.aof.AofStore;

/** Opens stores; implemented once, by the engine. Not meant to be implemented by users. */
public interface AofEngine {

  /** Opens, recovers or creates the store described by {@code config}. */
  AofStore open(AofConfig config);
}
