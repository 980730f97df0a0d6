package io.bop.aof.store;

import io.bop.aof.AofConfig;
import io.bop.aof.AofFollower;
import io.bop.aof.AofStore;
import io.bop.aof.io.Host;
import io.bop.aof.objectstore.ObjectStore;
import io.bop.aof.spi.AofEngine;
import io.bop.aof.store.StoreOpening.Wish;
import java.util.function.Supplier;

/** Opens stores on the real machine; found by {@link java.util.ServiceLoader}. */
public final class Engine implements AofEngine {

  /** For the service loader. */
  public Engine() {}

  @Override
  public AofStore open(AofConfig config) {
    return open(config, Host.system());
  }

  @Override
  public AofStore restore(AofConfig config) {
    return new StoreOpening(Host.system(), config, null).open(Wish.RESTORE);
  }

  @Override
  public AofFollower openFollower(AofConfig config) {
    return new FollowerOpening(Host.system(), config, null).open();
  }

  /** Opens a store on another machine: a simulated one, in tests. */
  public static AofStore open(AofConfig config, Host host) {
    return new StoreOpening(host, config, null).open(Wish.OPEN);
  }

  /**
   * Opens a store on another machine and another object store, whatever the configuration says of
   * the kind of Tier 2; its other settings count. The store closes the object store.
   */
  public static AofStore open(AofConfig config, Host host, ObjectStore objects) {
    return new StoreOpening(host, config, objects).open(Wish.OPEN);
  }

  /** As {@link #restore(AofConfig)}, with machine and object store as in {@link #open}. */
  public static AofStore restore(AofConfig config, Host host, ObjectStore objects) {
    return new StoreOpening(host, config, objects).open(Wish.RESTORE);
  }

  /**
   * As {@link #openFollower(AofConfig)}, on another machine.
   *
   * @param objects gives an object store for the follower, and another when it is promoted
   */
  public static AofFollower openFollower(
      AofConfig config, Host host, Supplier<ObjectStore> objects) {
    return new FollowerOpening(host, config, objects).open();
  }
}
