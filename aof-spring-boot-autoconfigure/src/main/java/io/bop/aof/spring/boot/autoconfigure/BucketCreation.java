package io.bop.aof.spring.boot.autoconfigure;

import io.bop.aof.AofException;
import io.bop.aof.S3Config;
import io.bop.aof.S3Credentials;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslManagerBundle;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3AsyncClientBuilder;
import software.amazon.awssdk.services.s3.model.BucketAlreadyExistsException;
import software.amazon.awssdk.services.s3.model.BucketAlreadyOwnedByYouException;

/** Makes the bucket of a container, which begins empty. */
final class BucketCreation {

  private static final Logger log = LoggerFactory.getLogger(BucketCreation.class);

  private BucketCreation() {}

  /** Does nothing when it is there. */
  static void createIfMissing(S3Config bucket, @Nullable SslBundle ssl, Duration deadline) {
    try (S3AsyncClient client = client(bucket, ssl, deadline)) {
      client.createBucket(request -> request.bucket(bucket.bucket())).join();
      log.info("created bucket: bucket={} endpoint={}", bucket.bucket(), bucket.endpoint());
    } catch (CompletionException e) {
      Throwable cause = e.getCause();
      if (cause instanceof BucketAlreadyOwnedByYouException
          || cause instanceof BucketAlreadyExistsException) {
        return;
      }
      throw failed(bucket, cause == null ? e : cause);
    } catch (SdkException e) {
      throw failed(bucket, e);
    }
  }

  private static AofException failed(S3Config bucket, Throwable cause) {
    return new AofException(
        "cannot create the bucket: bucket="
            + bucket.bucket()
            + " endpoint="
            + bucket.endpoint()
            + " reason="
            + cause.getMessage(),
        cause);
  }

  private static S3AsyncClient client(S3Config bucket, @Nullable SslBundle ssl, Duration deadline) {
    S3AsyncClientBuilder builder =
        S3AsyncClient.builder()
            .region(Region.of(bucket.region() == null ? "us-east-1" : bucket.region()))
            .forcePathStyle(bucket.pathStyle())
            .overrideConfiguration(settings -> settings.apiCallTimeout(deadline));
    URI endpoint = bucket.endpoint();
    if (endpoint != null) {
      builder.endpointOverride(endpoint);
    }
    S3Credentials credentials = bucket.credentials();
    if (credentials != null) {
      builder.credentialsProvider(
          StaticCredentialsProvider.create(
              AwsBasicCredentials.create(credentials.accessKey(), credentials.secretKey())));
    }
    if (ssl != null) {
      SslManagerBundle managers = ssl.getManagers();
      builder.httpClientBuilder(
          NettyNioAsyncHttpClient.builder()
              .tlsKeyManagersProvider(managers::getKeyManagers)
              .tlsTrustManagersProvider(managers::getTrustManagers));
    }
    return builder.build();
  }
}
