package io.bop.aof.testkit.objectstore.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bop.aof.S3Config;
import io.bop.aof.io.Host;
import io.bop.aof.objectstore.ObjectStore;
import io.bop.aof.objectstore.ObjectStoreException;
import io.bop.aof.objectstore.ObjectStoreException.Reason;
import io.bop.aof.objectstore.s3.S3ObjectStore;
import io.bop.aof.objectstore.s3.S3SdkParts;
import io.bop.aof.testkit.objectstore.ObjectStoreContract;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3AsyncClientBuilder;

/** The contract, through a client as an application makes it: retries, time-outs, checksums on. */
class LentClientS3Test extends ObjectStoreContract {

  private static S3Server server;
  private static S3AsyncClient client;

  @BeforeAll
  static void start() throws Exception {
    server = new S3Server();
    client = builder(server.port()).build();
  }

  @AfterAll
  static void stop() throws Exception {
    client.close();
    server.stop();
  }

  @Override
  protected ObjectStore createStore() throws Exception {
    return open(server.buckets().create().bucket(), client);
  }

  @Test
  void leavesTheClientOpen() throws Exception {
    String bucket = server.buckets().create().bucket();
    ObjectStore first = open(bucket, client);
    first.putIfAbsent("k", body("x"), Map.of());
    first.close();

    try (ObjectStore second = open(bucket, client)) {
      assertThat(second.get("k")).asString().isEqualTo("x");
    }
  }

  @Test
  void sendsEachRequestOnceWhateverTheClientsRetriesAre() throws Exception {
    String bucket = server.buckets().create().bucket();
    try (FaultyWire wire = new FaultyWire(server.port());
        S3AsyncClient retrying = builder(wire.port()).build();
        ObjectStore store = open(bucket, retrying)) {
      store.putIfAbsent("a", body("x"), Map.of());
      wire.forget();
      wire.plan(head -> true, Integer.MAX_VALUE, WireFault.status(503, "SlowDown"));

      assertThatThrownBy(() -> store.putIfAbsent("b", body("x"), Map.of()))
          .hasMessageStartingWith("object store is busy");
      assertThatThrownBy(() -> store.get("a")).hasMessageStartingWith("object store is busy");
      assertThatThrownBy(() -> store.head("a")).hasMessageStartingWith("object store is busy");
      assertThatThrownBy(() -> store.list("", null, 1)).hasMessageContaining("code=SlowDown");
      assertThatThrownBy(() -> store.delete("a")).hasMessageStartingWith("object store is busy");

      assertThat(wire.requests()).hasSize(5);
    }
  }

  @Test
  void refusesAClientThatSendsObjectsInParts() {
    S3AsyncClient parts = builder(server.port()).multipartEnabled(true).build();

    assertThatThrownBy(() -> open("bucket", parts))
        .isInstanceOfSatisfying(
            ObjectStoreException.class, e -> assertThat(e.reason()).isEqualTo(Reason.AUTHORIZATION))
        .hasMessageStartingWith("no client for the object store: place=s3://bucket error=")
        .hasMessageContaining("sends objects in parts: kind=MultipartS3AsyncClient")
        .hasMessageContaining("action=lend a plain S3AsyncClient");
    parts.close();
  }

  @Test
  void saysWhereTheClientGoes() throws Exception {
    try (ObjectStore store = open("bucket", client)) {
      assertThat(store.describe())
          .isEqualTo("s3://bucket endpoint=http://127.0.0.1:" + server.port());
    }
  }

  private static ObjectStore open(String bucket, S3AsyncClient client) throws Exception {
    S3Config config = S3Config.of(bucket).withSdk(S3SdkParts.none().withClient(client));
    return new S3ObjectStore(Host.system(), config, Duration.ofSeconds(30), 16);
  }

  private static S3AsyncClientBuilder builder(int port) {
    return S3AsyncClient.builder()
        .endpointOverride(URI.create("http://127.0.0.1:" + port))
        .region(Region.US_EAST_1)
        .forcePathStyle(true)
        .credentialsProvider(
            StaticCredentialsProvider.create(
                AwsBasicCredentials.create(
                    S3Server.CREDENTIALS.accessKey(), S3Server.CREDENTIALS.secretKey())));
  }
}
