package io.bop.aof.objectstore.s3;

import io.bop.aof.S3Config;
import io.bop.aof.S3Credentials;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.ResolveIdentityRequest;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.AwsRegionProvider;

/** Who calls, and in which region: the configuration, else what was lent, else the SDK's chain. */
final class S3Callers {

  private S3Callers() {}

  static AwsCredentialsProvider credentials(S3Config config, S3SdkParts parts) {
    @Nullable S3Credentials given = config.credentials();
    if (given != null) {
      return StaticCredentialsProvider.create(ofTheSdk(given));
    }
    @Nullable AwsCredentialsProvider lent = parts.credentials();
    return lent == null ? DefaultCredentialsProvider.builder().build() : new Lent(lent);
  }

  /** Empty: as the SDK's chain finds it. */
  static Optional<Region> region(S3Config config, S3SdkParts parts) {
    @Nullable String given = config.region();
    if (given != null) {
      return Optional.of(Region.of(given));
    }
    @Nullable AwsRegionProvider lent = parts.region();
    if (lent != null) {
      return Optional.of(lent.getRegion());
    }
    return config.endpoint() == null ? Optional.empty() : Optional.of(Region.US_EAST_1);
  }

  private static AwsCredentials ofTheSdk(S3Credentials given) {
    return given.sessionToken() == null
        ? AwsBasicCredentials.create(given.accessKey(), given.secretKey())
        : AwsSessionCredentials.create(given.accessKey(), given.secretKey(), given.sessionToken());
  }

  /** A provider that outlives the client: it cannot be closed through this. */
  private record Lent(AwsCredentialsProvider provider) implements AwsCredentialsProvider {
    @Override
    public AwsCredentials resolveCredentials() {
      return provider.resolveCredentials();
    }

    @Override
    public CompletableFuture<AwsCredentialsIdentity> resolveIdentity(
        ResolveIdentityRequest request) {
      // The interface promises some kind of these credentials.
      return provider.resolveIdentity(request).thenApply(identity -> identity);
    }
  }
}
