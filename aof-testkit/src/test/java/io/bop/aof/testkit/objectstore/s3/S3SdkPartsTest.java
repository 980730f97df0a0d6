package io.bop.aof.testkit.objectstore.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.bop.aof.objectstore.ObjectStoreException.Reason;
import io.bop.aof.objectstore.s3.S3SdkParts;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.core.retry.RetryMode;
import software.amazon.awssdk.regions.Region;

/** Parts of the SDK that an application lends, in a client of the store's own. */
class S3SdkPartsTest extends WireFixture {

  @Test
  void callsWithTheCredentialsThatItWasLentAndLeavesThemOpen() throws Exception {
    Lent lent = new Lent(S3Server.CREDENTIALS.secretKey());
    reopen(c -> c.withCredentials(null).withSdk(S3SdkParts.none().withCredentials(lent)));

    store.putIfAbsent("k", body(bytes(9)), Map.of());
    store.close();

    assertThat(lent.asked).isPositive();
    assertThat(lent.closed).isFalse();
  }

  @Test
  void prefersTheCredentialsOfItsConfiguration() throws Exception {
    Lent lent = new Lent("wrong");
    reopen(c -> c.withSdk(S3SdkParts.none().withCredentials(lent)));

    store.putIfAbsent("k", body(bytes(9)), Map.of());

    assertThat(lent.asked).isZero();
  }

  @Test
  void signsForTheRegionThatItWasLentUnlessItsConfigurationSays() throws Exception {
    S3SdkParts lent = S3SdkParts.none().withRegion(() -> Region.EU_NORTH_1);

    reopen(c -> c.withSdk(lent));
    assertThat(regionOfAnyRequest()).isEqualTo("eu-north-1");

    reopen(c -> c.withSdk(lent).withRegion("ap-south-1"));
    assertThat(regionOfAnyRequest()).isEqualTo("ap-south-1");
  }

  @Test
  void letsACustomizerChangeTheClientButNotSwitchRetriesOn() throws Exception {
    S3SdkParts lent =
        S3SdkParts.none()
            .withCustomizer(
                builder ->
                    builder.overrideConfiguration(
                        o -> o.retryStrategy(RetryMode.STANDARD).putHeader("x-team", "payments")))
            .withCustomizer(builder -> builder.multipartEnabled(true));
    reopen(c -> c.withSdk(lent));
    wire.plan(head -> true, Integer.MAX_VALUE, WireFault.status(503, "SlowDown"));

    fails(Reason.TRANSIENT, () -> store.get("k"));

    assertThat(wire.requests()).hasSize(1);
    assertThat(wire.requests().get(0).header("x-team")).isEqualTo("payments");
  }

  @Test
  void showsKindsOfPartsAndNothingOfThem() {
    Lent lent = new Lent("hush-hush");

    assertThat(S3SdkParts.none().withCredentials(lent))
        .hasToString(
            "S3SdkParts[client=none, credentials="
                + Lent.class.getName()
                + ", region=none, customizers=0, tls=none]");
  }

  private String regionOfAnyRequest() throws Exception {
    wire.forget();
    store.head("k");
    String authorization = wire.requests().get(0).header("authorization");
    return authorization.split("/", -1)[2];
  }

  private static final class Lent implements AwsCredentialsProvider, AutoCloseable {
    private final String secretKey;
    private int asked;
    private boolean closed;

    Lent(String secretKey) {
      this.secretKey = secretKey;
    }

    @Override
    public AwsCredentials resolveCredentials() {
      asked++;
      return AwsBasicCredentials.create(S3Server.CREDENTIALS.accessKey(), secretKey);
    }

    @Override
    public void close() {
      closed = true;
    }

    @Override
    public String toString() {
      return "Lent[" + secretKey + "]";
    }
  }
}
