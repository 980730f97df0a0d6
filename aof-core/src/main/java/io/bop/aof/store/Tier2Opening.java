package io.bop.aof.store;

import io.bop.aof.AofConfig;
import io.bop.aof.MissingDependencyException;
import io.bop.aof.S3Config;
import io.bop.aof.Tier2Config;
import io.bop.aof.io.Host;
import io.bop.aof.objectstore.ObjectStore;
import io.bop.aof.objectstore.filesystem.FilesystemObjectStore;
import io.bop.aof.objectstore.s3.S3ObjectStore;
import io.bop.aof.tier2.Tier2;
import io.bop.aof.tier2.Tier2Options;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Opens the object store that a configuration names. */
final class Tier2Opening {

  private Tier2Opening() {}

  /**
   * Tier 2 over that object store.
   *
   * @param objects taken instead of the configured one; null: that
   * @return null: there is none
   */
  static @Nullable Tier2 open(Host host, AofConfig config, @Nullable ObjectStore objects)
      throws IOException {
    if (objects != null) {
      return over(host, config, objects);
    }
    return switch (config.tier2().type()) {
      case NONE -> null;
      case FILESYSTEM -> {
        Path folder = config.filesystemTier2Root();
        host.disk().createDirectories(folder);
        yield over(host, config, new FilesystemObjectStore(host, folder));
      }
      case S3 -> over(host, config, openBucket(host, config.tier2()));
    };
  }

  private static Tier2 over(Host host, AofConfig config, ObjectStore objects) {
    Tier2Options options =
        Tier2Options.defaults()
            .withListener(new Tier2Events(config.listener()))
            .withBreakers(config.tier2().breakers());
    return new Tier2(host, objects, config.tier2(), options);
  }

  /** Of all of the engine, only this needs the SDK. */
  private static ObjectStore openBucket(Host host, Tier2Config tier2) throws IOException {
    S3Config bucket = Objects.requireNonNull(tier2.s3(), "tier2.s3");
    try {
      return new S3ObjectStore(host, bucket, tier2.deadline(), Tier2.mostCallsAtOnce(tier2));
    } catch (NoClassDefFoundError e) {
      throw new MissingDependencyException(
          "tier2.type=s3",
          "software.amazon.awssdk:s3 and software.amazon.awssdk:netty-nio-client",
          e);
    }
  }
}
