package io.bop.aof.spring.boot.autoconfigure;

import io.bop.aof.S3Compatibility;
import io.bop.aof.S3Config;
import io.bop.aof.S3Credentials;
import io.bop.aof.S3Encryption;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Carries the properties of a bucket over into the store's configuration. */
final class S3PropertiesMapper {

  private final AofProperties.S3 properties;
  private final List<String> faults;

  S3PropertiesMapper(AofProperties.S3 properties, List<String> faults) {
    this.properties = properties;
    this.faults = faults;
  }

  /** The bucket; null when none is named. */
  @Nullable S3Config toConfig() {
    String bucket = properties.bucket();
    if (bucket == null) {
      return null;
    }
    return S3Config.of(bucket)
        .withPrefix(properties.prefix())
        .withRegion(properties.region())
        .withEndpoint(endpoint(properties.endpoint()))
        .withPathStyle(properties.pathStyle())
        .withCredentials(credentials())
        .withStorageClass(properties.storageClass())
        .withTags(properties.tags())
        .withEncryption(encryption(properties.sse()))
        .withCompatibility(
            new S3Compatibility(
                properties.conditionalPut(),
                properties.requestChecksum(),
                properties.chunkedEncoding()))
        .withStallTimeout(properties.stallTimeout());
  }

  private @Nullable URI endpoint(@Nullable String text) {
    if (text == null) {
      return null;
    }
    try {
      return URI.create(text);
    } catch (IllegalArgumentException e) {
      faults.add("tier2.s3.endpoint must be an address");
      return null;
    }
  }

  /** Half a pair stays half a pair, so that the store's rules can complain. */
  private @Nullable S3Credentials credentials() {
    String accessKey = properties.accessKey();
    String secretKey = properties.secretKey();
    if (accessKey == null && secretKey == null) {
      return null;
    }
    return new S3Credentials(
        accessKey == null ? "" : accessKey,
        secretKey == null ? "" : secretKey,
        properties.sessionToken());
  }

  private static S3Encryption encryption(AofProperties.Sse sse) {
    return switch (sse.type()) {
      case NONE -> new S3Encryption.BucketDefault();
      case S3 -> new S3Encryption.ManagedKeys();
      case KMS -> new S3Encryption.Kms(sse.kmsKeyId());
      case CUSTOMER ->
          new S3Encryption.CustomerKey(sse.customerKey() == null ? "" : sse.customerKey());
    };
  }
}
