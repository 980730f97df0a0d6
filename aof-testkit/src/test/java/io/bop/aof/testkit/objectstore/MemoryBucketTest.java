package io.bop.aof.testkit.objectstore;

import io.bop.aof.io.Host;
import io.bop.aof.objectstore.ObjectStore;
import java.time.Duration;

class MemoryBucketTest extends ObjectStoreContract {

  @Override
  protected ObjectStore createStore() {
    return new MemoryBucket().on(Host.system(), Duration.ZERO);
  }
}
