package io.bop.aof.store;

import io.bop.aof.AofConfig;
import io.bop.aof.AofStore;
import io.bop.aof.io.Host;
import io.bop.aof.objectstore.ObjectStore;
import io.bop.aof.spi.AofEngine;

/** Opens stores on the real machine; found by {@link java.util.ServiceLoader}. */
public final class Engine implements AofEngine {

  /** For the service loader. */
  public Engine() {}

  @Override
  public AofStore open(AofConfig config) {
    return open(config, Host.system());
  }

  /** Opens a store on another machine: a simulated one, in tests. */
  public static AofStore open(AofConfig config, Host host) {
    return new StoreOpening(host, config, null).open();
  }

  /**
   * Opens a store on another machine and another object store, whatever the configuration says of
   * the kind of Tier 2; its other settings count. The store closes the object store.
   */
  public static AofStore open(AofConfig config, Host host, ObjectStore objects) {
    return new StoreOpening(host, config, objects).open();
  }
}
