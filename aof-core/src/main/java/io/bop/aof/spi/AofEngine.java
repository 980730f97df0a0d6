package io.bop.aof.spi;

import io.bop.aof.AofConfig;
import io.bop.aof.AofException;
import io.bop.aof.AofFollower;
import io.bop.aof.AofStore;
import java.util.ServiceLoader;

/** Opens stores; implemented once, by the engine. Not meant to be implemented by users. */
public interface AofEngine {

  /**
   * The engine on the class path.
   *
   * @throws AofException when there is none
   */
  static AofEngine find() {
    return ServiceLoader.load(AofEngine.class, AofEngine.class.getClassLoader())
        .findFirst()
        .orElseThrow(() -> new AofException("no AOF engine on the class path"));
  }

  /** Opens, recovers or creates the store described by {@code config}. */
  AofStore open(AofConfig config);

  /** Takes the store in Tier 2 over, in an empty root. */
  AofStore restore(AofConfig config);

  /** Follows the store in Tier 2. */
  AofFollower openFollower(AofConfig config);
}
