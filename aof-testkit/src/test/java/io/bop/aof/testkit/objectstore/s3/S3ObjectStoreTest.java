package io.bop.aof.testkit.objectstore.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.bop.aof.io.Host;
import io.bop.aof.objectstore.ObjectStore;
import io.bop.aof.objectstore.s3.S3ObjectStore;
import io.bop.aof.testkit.objectstore.ObjectStoreContract;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The contract, against a server that checks signatures. */
class S3ObjectStoreTest extends ObjectStoreContract {

  private static S3Server server;

  @BeforeAll
  static void start() throws Exception {
    server = new S3Server();
  }

  @AfterAll
  static void stop() throws Exception {
    server.stop();
  }

  @Override
  protected ObjectStore createStore() throws Exception {
    return new S3ObjectStore(Host.system(), server.buckets().create(), Duration.ofSeconds(30), 16);
  }

  @Test
  void showsWhatTheServiceCanDo() throws Exception {
    assertThat(store().features()).containsEntry("conditional-put", "unknown");

    store().putIfAbsent("k", body("x"), Map.of());

    assertThat(store().features())
        .containsEntry("conditional-put", "honoured")
        .containsEntry("crc32c", "verified")
        .containsEntry("chunked-encoding", "off");
  }
}
