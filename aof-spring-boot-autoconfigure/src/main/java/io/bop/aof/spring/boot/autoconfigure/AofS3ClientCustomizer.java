package io.bop.aof.spring.boot.autoconfigure;

import software.amazon.awssdk.services.s3.S3AsyncClientBuilder;

/**
 * Changes the S3 client that the store makes for itself, after the properties were applied: HTTP
 * settings, a proxy, interceptors. Beans of this type are called in their order; later ones win.
 * What the store depends on (no retries of the SDK's, no objects in parts) stays as it is.
 */
@FunctionalInterface
public interface AofS3ClientCustomizer {

  /** Changes what the builder holds. */
  void customize(S3AsyncClientBuilder builder);
}
