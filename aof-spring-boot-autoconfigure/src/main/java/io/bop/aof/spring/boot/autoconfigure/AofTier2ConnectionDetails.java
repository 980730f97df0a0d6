package io.bop.aof.spring.boot.autoconfigure;

import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.service.connection.ConnectionDetails;
import org.springframework.boot.ssl.SslBundle;

/**
 * How the service of the bucket is reached. Made of the properties unless there is a bean of this
 * type: an application's own, or one of a container with {@code @ServiceConnection}. What it says
 * takes the place of {@code aof.tier2.s3.endpoint}, {@code region}, {@code path-style}, the keys
 * and {@code ssl.bundle}, all of them; the name of the bucket and everything else stays with the
 * properties. Asked only when {@code aof.tier2.type} is {@code s3}.
 */
public interface AofTier2ConnectionDetails extends ConnectionDetails {

  /** Address of the service; null: AWS. */
  @Nullable URI getEndpoint();

  /** Region of the bucket; null: as the SDK finds it, or us-east-1 when there is an endpoint. */
  @Nullable String getRegion();

  /** Whether the bucket is named in the path instead of the host name. */
  default boolean isPathStyle() {
    return false;
  }

  /** Id of the access key; null: the application's credentials or the SDK's default chain. */
  @Nullable String getAccessKey();

  /** Secret of the access key. */
  @Nullable String getSecretKey();

  /** Token of temporary credentials. */
  default @Nullable String getSessionToken() {
    return null;
  }

  /** Keys and trusted certificates for an endpoint of HTTPS; null: those of the JVM. */
  default @Nullable SslBundle getSslBundle() {
    return null;
  }

  /**
   * Whether the bucket is made if it is missing. For containers, which begin empty; a bucket that
   * matters is somebody's decision.
   */
  default boolean isBucketCreated() {
    return false;
  }
}
