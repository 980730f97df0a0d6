package io.bop.aof.spring.boot.autoconfigure;

import io.bop.aof.S3Config;
import io.bop.aof.S3Credentials;
import io.bop.aof.Tier2Config;
import io.bop.aof.Tier2Type;
import io.bop.aof.objectstore.s3.S3SdkParts;
import io.bop.aof.objectstore.s3.S3Tls;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.ssl.SslBundle;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.regions.providers.AwsRegionProvider;
import software.amazon.awssdk.services.s3.S3AsyncClient;

/** Says how the service of a bucket is reached, and lends what the application has of the SDK. */
record S3Lender(
    ObjectProvider<AofTier2ConnectionDetails> connections,
    ObjectProvider<S3AsyncClient> clients,
    ObjectProvider<AwsCredentialsProvider> credentials,
    ObjectProvider<AwsRegionProvider> regions,
    ObjectProvider<AofS3ClientCustomizer> customizers) {

  /** Asks for no bean unless there is a bucket. */
  Tier2Config lend(Tier2Config tier2) {
    S3Config named = tier2.s3();
    if (tier2.type() != Tier2Type.S3 || named == null) {
      return tier2;
    }
    AofTier2ConnectionDetails details = connections.getObject();
    S3Config bucket = reached(named, details);
    SslBundle ssl = details.getSslBundle();
    S3AsyncClient client = ssl != null || hasAPlaceOfItsOwn(bucket) ? null : clients.getIfUnique();
    S3SdkParts parts =
        client != null ? S3SdkParts.none().withClient(client) : partsOfAClient(bucket, ssl);
    bucket = bucket.withSdk(parts);
    if (details.isBucketCreated()) {
      BucketCreation.createIfMissing(bucket, ssl, tier2.deadline());
    }
    return tier2.withS3(bucket);
  }

  private static S3Config reached(S3Config bucket, AofTier2ConnectionDetails details) {
    return bucket
        .withEndpoint(details.getEndpoint())
        .withRegion(details.getRegion())
        .withPathStyle(details.isPathStyle())
        .withCredentials(credentials(details));
  }

  /** Half a pair stays half a pair, so that the store's rules can complain. */
  private static @Nullable S3Credentials credentials(AofTier2ConnectionDetails details) {
    String accessKey = details.getAccessKey();
    String secretKey = details.getSecretKey();
    if (accessKey == null && secretKey == null) {
      return null;
    }
    return new S3Credentials(
        accessKey == null ? "" : accessKey,
        secretKey == null ? "" : secretKey,
        details.getSessionToken());
  }

  private static boolean hasAPlaceOfItsOwn(S3Config bucket) {
    return bucket.region() != null
        || bucket.endpoint() != null
        || bucket.pathStyle()
        || bucket.credentials() != null;
  }

  private S3SdkParts partsOfAClient(S3Config bucket, @Nullable SslBundle ssl) {
    S3SdkParts parts = S3SdkParts.none();
    if (bucket.credentials() == null) {
      parts = parts.withCredentials(credentials.getIfUnique());
    }
    if (bucket.region() == null) {
      parts = parts.withRegion(regions.getIfUnique());
    }
    if (ssl != null) {
      parts =
          parts.withTls(
              new S3Tls(ssl.getManagers()::getKeyManagers, ssl.getManagers()::getTrustManagers));
    }
    for (AofS3ClientCustomizer customizer : customizers.orderedStream().toList()) {
      parts = parts.withCustomizer(customizer::customize);
    }
    return parts;
  }
}
