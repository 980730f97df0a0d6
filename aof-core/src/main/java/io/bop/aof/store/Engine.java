package io.bop.aof.store;

import io.bop.aof.AofConfig;
import io.bop.aof.AofStore;
import io.bop.aof.io.Host;
import io.bop.aof.spi.AofEngine;

/** Opens stores on the real machine; found by {@link java.util.ServiceLoader}. */
public final class Engine implements AofEngine {

  /** For the service loader. */
  public Engine() {}

  @Override
  public AofStore open(AofConfig config) {
    return new StoreOpening(Host.system(), config).open();
  }

  /** Opens a store on another machine: a simulated one, in tests. */
  public static AofStore open(AofConfig config, Host host) {
    return new StoreOpening(host, config).open();
  }
}
