package io.bop.aof.testkit.objectstore.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.bop.aof.AofConfig;
import io.bop.aof.AofException;
import io.bop.aof.AofStore;
import io.bop.aof.AofStream;
import io.bop.aof.S3Config;
import io.bop.aof.S3Credentials;
import io.bop.aof.Tier2Type;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What somebody sees who configured a bucket wrongly: the messages of {@code
 * docs/reference/object-stores.md}, from a server that checks signatures and permissions.
 */
@Timeout(900)
class S3MessagesTest {

  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final long MIB = 1024 * 1024;

  private static S3Server server;
  private static S3Server withoutDelete;

  @TempDir Path root;

  @BeforeAll
  static void start() throws Exception {
    server = new S3Server();
    withoutDelete = S3Server.withoutPermissionToDelete();
  }

  @AfterAll
  static void stop() throws Exception {
    server.stop();
    withoutDelete.stop();
  }

  @Test
  void aWrongSecretKey() {
    S3Config bucket = server.buckets().create();
    S3Credentials wrong = new S3Credentials(S3Server.CREDENTIALS.accessKey(), "not-the-secret-key");

    AofException failure = openFails(bucket.withCredentials(wrong));

    assertThat(failure)
        .hasMessageStartingWith("store cannot be opened: root=" + root)
        .hasMessageContaining(" cause=signature is wrong: operation=")
        .hasMessageContaining(" bucket=" + bucket.bucket() + " key=events/eu/store.json status=403")
        .hasMessageContaining(" code=SignatureDoesNotMatch requestId=")
        .hasMessageEndingWith(" action=check tier2.s3.secret-key; it does not fit the access key")
        .hasMessageNotContaining("not-the-secret-key");
    assertThat(root.resolve("store.json")).doesNotExist();
  }

  @Test
  void anUnknownAccessKey() {
    S3Config bucket = server.buckets().create();

    assertThat(openFails(bucket.withCredentials(new S3Credentials("AKIAUNKNOWN", "secret"))))
        .hasMessageContaining(" cause=access key is unknown: operation=")
        .hasMessageContaining(" status=403 code=InvalidAccessKeyId")
        .hasMessageEndingWith(" action=check tier2.s3.access-key");
  }

  @Test
  void aMissingBucket() {
    assertThat(openFails(server.buckets().config("no-such-bucket")))
        .hasMessageContaining(" cause=bucket does not exist: ")
        .hasMessageContaining("bucket=no-such-bucket")
        .hasMessageEndingWith(" action=create it, or correct tier2.s3.bucket and endpoint");
  }

  @Test
  void noPermissionToDelete() {
    try (AofStore store = AofStore.open(config(withoutDelete.buckets().create()))) {
      AofStream stream = store.stream("s");
      stream.append(new byte[1_000]);
      stream.seal();
      await().atMost(PATIENCE).until(() -> stream.archivedOffset() == 1);

      stream.truncateBefore(1);

      await("the delete is tried in the background")
          .atMost(PATIENCE)
          .until(() -> store.snapshot().lastTier2Error() != null);
      assertThat(store.snapshot().lastTier2Error())
          .startsWith("access denied: operation=delete bucket=bucket-")
          .contains(" key=events/eu/segments/", " status=403 code=AccessDenied requestId=")
          .endsWith(" action=permit s3:DeleteObject");
      assertThat(stream.append(new byte[1_000])).as("appends go on").isEqualTo(1);
    }
  }

  private AofException openFails(S3Config bucket) {
    AofException failure =
        catchThrowableOfType(AofException.class, () -> AofStore.open(config(bucket)).close());
    assertThat(failure).isNotNull();
    return failure;
  }

  private AofConfig config(S3Config bucket) {
    return AofConfig.builder(root)
        .maxRecordSize(256 * 1024)
        .segment(s -> s.withMaxSize(MIB))
        .tier0(t -> t.withMaxBytes(4 * MIB))
        .tier1(t -> t.withMaxBytes(2 * MIB))
        .manifest(m -> m.withRotateAfter(Duration.ofMillis(50)))
        .tier2(t -> t.withType(Tier2Type.S3).withS3(bucket).withDeleteGrace(Duration.ZERO))
        .build();
  }
}
