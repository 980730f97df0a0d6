package io.bop.aof.spring.boot.autoconfigure;

import io.bop.aof.AofStore;
import io.bop.aof.S3Config;
import io.bop.aof.Tier2Config;
import io.bop.aof.Tier2Type;
import io.bop.aof.objectstore.s3.S3SdkParts;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.regions.providers.AwsRegionProvider;
import software.amazon.awssdk.services.s3.S3AsyncClient;

/**
 * Lends the store what the application has of the AWS SDK, when its object store is a bucket: the
 * {@link S3AsyncClient}, or else {@link AwsCredentialsProvider} and {@link AwsRegionProvider}. Of
 * several beans of a type the primary one is taken, and none if there is none. What the properties
 * say goes before: with a region, an endpoint, path style or an access key of its own the store
 * makes a client of its own.
 */
@AutoConfiguration(before = AofAutoConfiguration.class)
@ConditionalOnClass({AofStore.class, S3AsyncClient.class})
@ConditionalOnBooleanProperty(name = "aof.enabled", matchIfMissing = true)
public final class AofS3AutoConfiguration {

  AofS3AutoConfiguration() {}

  /** First of all, so that customizers of the application find what they may replace. */
  @Bean
  @Order(Ordered.HIGHEST_PRECEDENCE)
  AofConfigCustomizer aofS3SdkCustomizer(
      ObjectProvider<S3AsyncClient> clients,
      ObjectProvider<AwsCredentialsProvider> credentials,
      ObjectProvider<AwsRegionProvider> regions,
      ObjectProvider<AofS3ClientCustomizer> customizers) {
    Lender lender = new Lender(clients, credentials, regions, customizers);
    return builder -> builder.tier2(lender::lend);
  }

  private record Lender(
      ObjectProvider<S3AsyncClient> clients,
      ObjectProvider<AwsCredentialsProvider> credentials,
      ObjectProvider<AwsRegionProvider> regions,
      ObjectProvider<AofS3ClientCustomizer> customizers) {

    /** Asks for no bean unless there is a bucket. */
    Tier2Config lend(Tier2Config tier2) {
      S3Config bucket = tier2.s3();
      if (tier2.type() != Tier2Type.S3 || bucket == null) {
        return tier2;
      }
      S3AsyncClient client = hasAPlaceOfItsOwn(bucket) ? null : clients.getIfUnique();
      S3SdkParts parts =
          client != null ? S3SdkParts.none().withClient(client) : partsOfAClient(bucket);
      return tier2.withS3(bucket.withSdk(parts));
    }

    private static boolean hasAPlaceOfItsOwn(S3Config bucket) {
      return bucket.region() != null
          || bucket.endpoint() != null
          || bucket.pathStyle()
          || bucket.credentials() != null;
    }

    private S3SdkParts partsOfAClient(S3Config bucket) {
      S3SdkParts parts = S3SdkParts.none();
      if (bucket.credentials() == null) {
        parts = parts.withCredentials(credentials.getIfUnique());
      }
      if (bucket.region() == null) {
        parts = parts.withRegion(regions.getIfUnique());
      }
      for (AofS3ClientCustomizer customizer : customizers.orderedStream().toList()) {
        parts = parts.withCustomizer(customizer::customize);
      }
      return parts;
    }
  }
}
