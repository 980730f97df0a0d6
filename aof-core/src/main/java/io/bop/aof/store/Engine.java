package io.bop.aof.store;

import io.bop.aof.AofConfig;
import io.bop.aof.AofException;
import io.bop.aof.AofFollower;
import io.bop.aof.AofStore;
import io.bop.aof.OrphanReport;
import io.bop.aof.StaleWriterException;
import io.bop.aof.io.Host;
import io.bop.aof.objectstore.ObjectStore;
import io.bop.aof.objectstore.ObjectStoreException;
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

  /**
   * Finds the segment objects in Tier 2 that no record of an open store names. Lists all its
   * segment objects: for operators, never in steady state.
   *
   * @param store opened by this engine
   * @param delete whether to have them deleted, after {@code tier2.delete-grace}; else nothing is
   *     changed
   * @throws AofException when Tier 2 does not answer
   * @throws StaleWriterException with {@code delete}, when there is an object of a later writer
   */
  public static OrphanReport orphans(AofStore store, boolean delete) {
    if (!(store instanceof EngineStore opened)) {
      throw new IllegalArgumentException("not a store of this engine: " + store);
    }
    opened.checkOpen();
    try {
      return opened.parts().coordinator().orphans(delete);
    } catch (ObjectStoreException e) {
      throw new AofException("tier 2 could not be listed: cause=" + e.getMessage(), e);
    }
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
