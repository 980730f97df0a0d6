package io.bop.aof.spring.boot.autoconfigure;

import io.bop.aof.AofStore;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.regions.providers.AwsRegionProvider;
import software.amazon.awssdk.services.s3.S3AsyncClient;

/**
 * Tells the store how its bucket is reached, by {@link AofTier2ConnectionDetails}, and lends it
 * what the application has of the AWS SDK, when its object store is a bucket: the {@link
 * S3AsyncClient}, or else {@link AwsCredentialsProvider} and {@link AwsRegionProvider}. Of several
 * beans of a type the primary one is taken, and none if there is none. What the properties say goes
 * before: with a region, an endpoint, path style or an access key of its own the store makes a
 * client of its own.
 */
@AutoConfiguration(before = AofAutoConfiguration.class)
@ConditionalOnClass({AofStore.class, S3AsyncClient.class})
@ConditionalOnBooleanProperty(name = "aof.enabled", matchIfMissing = true)
@EnableConfigurationProperties(AofProperties.class)
public final class AofS3AutoConfiguration {

  AofS3AutoConfiguration() {}

  @Bean
  @ConditionalOnMissingBean(AofTier2ConnectionDetails.class)
  PropertiesAofTier2ConnectionDetails aofTier2ConnectionDetails(
      AofProperties properties, ObjectProvider<SslBundles> bundles) {
    return new PropertiesAofTier2ConnectionDetails(properties.tier2().s3(), bundles);
  }

  /** First of all, so that customizers of the application find what they may replace. */
  @Bean
  @Order(Ordered.HIGHEST_PRECEDENCE)
  AofConfigCustomizer aofS3SdkCustomizer(
      ObjectProvider<AofTier2ConnectionDetails> connections,
      ObjectProvider<S3AsyncClient> clients,
      ObjectProvider<AwsCredentialsProvider> credentials,
      ObjectProvider<AwsRegionProvider> regions,
      ObjectProvider<AofS3ClientCustomizer> customizers) {
    S3Lender lender = new S3Lender(connections, clients, credentials, regions, customizers);
    return builder -> builder.tier2(lender::lend);
  }
}
