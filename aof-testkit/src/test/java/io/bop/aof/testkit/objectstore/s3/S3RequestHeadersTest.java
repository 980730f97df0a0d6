package io.bop.aof.testkit.objectstore.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.bop.aof.S3Config;
import io.bop.aof.S3Encryption;
import io.bop.aof.objectstore.ObjectStoreException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** What is asked of the service with each object. */
class S3RequestHeadersTest extends WireFixture {

  private static final String KEY = Base64.getEncoder().encodeToString(new byte[32]);
  private static final String KEY_MD5 = "cLyPS3KoaSFGi/joRB3OUQ==";

  @Test
  void asksForNothingByDefault() throws Exception {
    HttpHead put = putWith(c -> c);

    assertThat(put.headers())
        .doesNotContainKeys(
            "x-amz-storage-class",
            "x-amz-tagging",
            "x-amz-server-side-encryption",
            "x-amz-server-side-encryption-customer-key",
            "content-encoding",
            "x-amz-trailer");
    assertThat(put.header("if-none-match")).isEqualTo("*");
    assertThat(put.header("x-amz-content-sha256")).isEqualTo("UNSIGNED-PAYLOAD");
    assertThat(put.header("content-length")).isEqualTo("9");
    assertThat(put.header("x-amz-checksum-crc32c")).isEqualTo("4waSgw==");
    assertThat(put.header("x-amz-meta-aof-epoch")).isEqualTo("3");
    assertThat(put.header("expect")).isEqualTo("100-continue");
    assertThat(put.path()).isEqualTo("/" + config.bucket() + "/events/eu/k");
    assertThat(put.header("authorization")).contains("/us-east-1/s3/aws4_request");
  }

  @Test
  void asksForStorageClassAndTags() throws Exception {
    HttpHead put =
        putWith(
            c ->
                c.withStorageClass("STANDARD_IA")
                    .withTags(Map.of("team", "payments", "app", "a b"))
                    .withRegion("eu-central-1"));

    assertThat(put.header("x-amz-storage-class")).isEqualTo("STANDARD_IA");
    assertThat(put.header("x-amz-tagging")).isEqualTo("app=a%20b&team=payments");
    assertThat(put.header("authorization")).contains("/eu-central-1/s3/aws4_request");
  }

  @Test
  void asksForEncryptionByTheService() throws Exception {
    assertThat(putWith(c -> c.withEncryption(new S3Encryption.ManagedKeys())).headers())
        .containsEntry("x-amz-server-side-encryption", "AES256");
    assertThat(putWith(c -> c.withEncryption(new S3Encryption.Kms(null))).headers())
        .containsEntry("x-amz-server-side-encryption", "aws:kms")
        .doesNotContainKey("x-amz-server-side-encryption-aws-kms-key-id");
    assertThat(putWith(c -> c.withEncryption(new S3Encryption.Kms("alias/k"))).headers())
        .containsEntry("x-amz-server-side-encryption", "aws:kms")
        .containsEntry("x-amz-server-side-encryption-aws-kms-key-id", "alias/k");
  }

  @Test
  void givesItsOwnKeyWithEachRequestThatNeedsIt() throws Exception {
    HttpHead put = putWith(c -> c.withEncryption(new S3Encryption.CustomerKey(KEY)));
    wire.plan(head -> true, Integer.MAX_VALUE, WireFault.status(500, "InternalError"));
    wire.forget();
    ignore(() -> store.get("k"));
    ignore(() -> store.head("k"));
    ignore(() -> store.delete("k"));

    for (HttpHead head : List.of(put, wire.requests().get(0), wire.requests().get(1))) {
      assertThat(head.headers())
          .containsEntry("x-amz-server-side-encryption-customer-algorithm", "AES256")
          .containsEntry("x-amz-server-side-encryption-customer-key", KEY)
          .containsEntry("x-amz-server-side-encryption-customer-key-md5", KEY_MD5);
    }
    assertThat(wire.requests().get(2).headers())
        .doesNotContainKey("x-amz-server-side-encryption-customer-key");
    assertThat(config.withEncryption(new S3Encryption.CustomerKey(KEY)).toString())
        .doesNotContain(KEY);
  }

  @Test
  void skipsWhatComesBeforeARangeThatIsIgnored() throws Exception {
    put("k", 1_000);
    wire.plan(object("GET", "k"), 1, WireFault.status(200, "0123456789"));
    ByteBuffer dst = ByteBuffer.allocate(10);

    // The answer is an error document of another size; its first bytes are skipped.
    store.getRange("k", 5, dst);

    assertThat(new String(dst.array(), StandardCharsets.US_ASCII)).isEqualTo(" version=\"");
  }

  /** The head of a put; the server is not asked, so that it need not know what is asked for. */
  private HttpHead putWith(UnaryOperator<S3Config> change) throws Exception {
    reopen(change);
    wire.heal();
    wire.plan(object("PUT", ".aof-probe"), Integer.MAX_VALUE, WireFault.status(412, ""));
    wire.plan(object("PUT", ".aof-probe-checksum"), 1, WireFault.status(400, "BadDigest"));
    wire.plan(object("PUT", "k"), 1, WireFault.status(200, ""));
    store.putIfAbsent(
        "k", body("123456789".getBytes(StandardCharsets.US_ASCII)), Map.of("aof-epoch", "3"));
    return wire.requests().get(wire.requests().size() - 1);
  }

  private interface Action {
    void run() throws ObjectStoreException;
  }

  private static void ignore(Action action) {
    try {
      action.run();
      throw new AssertionError("no failure");
    } catch (ObjectStoreException e) {
      assertThat(e).hasMessageContaining("status=500");
    }
  }
}
