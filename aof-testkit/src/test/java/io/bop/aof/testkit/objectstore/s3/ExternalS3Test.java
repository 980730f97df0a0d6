package io.bop.aof.testkit.objectstore.s3;

import io.bop.aof.io.Host;
import io.bop.aof.objectstore.ObjectStore;
import io.bop.aof.objectstore.s3.S3ObjectStore;
import io.bop.aof.testkit.objectstore.ObjectStoreContract;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * The contract, against a service that somebody started: {@code -Daof.s3.endpoint=http://…} with
 * {@code -Daof.s3.access-key=…} and {@code -Daof.s3.secret-key=…}. Makes buckets and leaves them.
 */
@EnabledIfSystemProperty(
    named = "aof.s3.endpoint",
    matches = "http.*",
    disabledReason = "no service given by -Daof.s3.endpoint")
class ExternalS3Test extends ObjectStoreContract {

  private static Buckets buckets;

  @BeforeAll
  static void connect() {
    buckets = Buckets.external();
  }

  @AfterAll
  static void disconnect() {
    buckets.close();
  }

  @Override
  protected ObjectStore createStore() throws Exception {
    return new S3ObjectStore(Host.system(), buckets.create(), Duration.ofSeconds(60), 16);
  }

  @Test
  void findsOutWhatTheServiceCanDo() throws Exception {
    store().putIfAbsent("k", body("x"), Map.of());

    System.out.println("features: " + store().features());
  }
}
