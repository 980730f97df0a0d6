package io.bop.aof.objectstore.s3;

import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.SdkClient;
import software.amazon.awssdk.core.SdkServiceClientConfiguration;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.services.s3.DelegatingS3AsyncClient;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3ServiceClientConfiguration;

/** How a client that somebody else configured is made to do what the store needs. */
final class LentClient {

  private static final AwsRequestOverrideConfiguration AS_WE_NEED_IT =
      AwsRequestOverrideConfiguration.builder().addPlugin(LentClient::configure).build();

  private LentClient() {}

  /**
   * Refuses a client that turns one request into others: an object in parts is not created in one
   * step, nor only if it is absent.
   *
   * @throws IllegalArgumentException naming the kind of client
   */
  static void check(S3AsyncClient client) {
    @Nullable SdkClient at = client;
    while (at != null) {
      // By name, because these types are the SDK's own business.
      String kind = at.getClass().getSimpleName();
      if (kind.contains("Multipart") || kind.contains("Crt")) {
        throw new IllegalArgumentException(
            "the S3AsyncClient of the application sends objects in parts: kind=" + kind);
      }
      at = at instanceof DelegatingS3AsyncClient delegating ? delegating.delegate() : null;
    }
  }

  /** What each request says to such a client. */
  static AwsRequestOverrideConfiguration override() {
    return AS_WE_NEED_IT;
  }

  /*
   * A body is fed once, so a retry of the SDK's has nothing to send; and checksums are ours, since
   * services differ in which they take.
   */
  private static void configure(SdkServiceClientConfiguration.Builder client) {
    client.overrideConfiguration(
        client.overrideConfiguration().toBuilder()
            .retryStrategy(AwsRetryStrategy.doNotRetry())
            .build());
    if (client instanceof S3ServiceClientConfiguration.Builder s3) {
      s3.requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED);
      s3.responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED);
    }
  }
}
