package io.bop.aof.testkit.objectstore.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.bop.aof.S3Credentials;
import io.bop.aof.io.Host;
import io.bop.aof.objectstore.ObjectStore;
import io.bop.aof.objectstore.s3.S3ObjectStore;
import io.bop.aof.testkit.objectstore.ObjectStoreContract;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.testcontainers.containers.MinIOContainer;
import org.testcontainers.junit.jupiter.EnabledIfDockerAvailable;

/** The contract, against MinIO, where Docker answers; skipped where not. */
@EnabledIfDockerAvailable
class MinioS3Test extends ObjectStoreContract {

  private static MinIOContainer minio;
  private static Buckets buckets;

  @BeforeAll
  static void start() {
    minio = new MinIOContainer("minio/minio:RELEASE.2025-09-07T16-13-09Z");
    minio.start();
    buckets =
        new Buckets(
            URI.create(minio.getS3URL()),
            new S3Credentials(minio.getUserName(), minio.getPassword()));
  }

  @AfterAll
  static void stop() {
    buckets.close();
    minio.stop();
  }

  @Override
  protected ObjectStore createStore() throws Exception {
    return new S3ObjectStore(Host.system(), buckets.create(), Duration.ofSeconds(60), 16);
  }

  @Test
  void honoursConditionsAndChecksChecksums() throws Exception {
    store().putIfAbsent("k", body("x"), Map.of());

    assertThat(store().features())
        .containsEntry("conditional-put", "honoured")
        .containsEntry("crc32c", "verified");
  }
}
