package io.bop.aof.testkit.objectstore.s3;

import io.bop.aof.S3Config;
import io.bop.aof.S3Credentials;
import java.net.URI;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3AsyncClient;

/** Makes buckets, which the store itself never does. */
final class Buckets implements AutoCloseable {

  private final URI endpoint;
  private final S3Credentials credentials;
  private final S3AsyncClient client;
  private int count;

  Buckets(URI endpoint, S3Credentials credentials) {
    this.endpoint = endpoint;
    this.credentials = credentials;
    this.client =
        S3AsyncClient.builder()
            .endpointOverride(endpoint)
            .region(Region.US_EAST_1)
            .forcePathStyle(true)
            .credentialsProvider(
                StaticCredentialsProvider.create(
                    AwsBasicCredentials.create(credentials.accessKey(), credentials.secretKey())))
            .build();
  }

  /** Of the service that the system properties {@code aof.s3.*} name. */
  static Buckets external() {
    return new Buckets(
        URI.create(System.getProperty("aof.s3.endpoint")),
        new S3Credentials(
            System.getProperty("aof.s3.access-key"), System.getProperty("aof.s3.secret-key")));
  }

  /** A new, empty bucket. */
  synchronized S3Config create() {
    String name = "bucket-" + Long.toString(System.nanoTime(), 36) + "-" + ++count;
    client.createBucket(b -> b.bucket(name)).join();
    return config(name);
  }

  /** That bucket, whether it exists or not. */
  S3Config config(String bucket) {
    return S3Config.of(bucket)
        .withEndpoint(endpoint)
        .withPathStyle(true)
        .withPrefix("events/eu")
        .withCredentials(credentials);
  }

  /** Looks past the store. */
  S3AsyncClient client() {
    return client;
  }

  @Override
  public void close() {
    client.close();
  }
}
