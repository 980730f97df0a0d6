package io.bop.aof;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A bucket of an S3-compatible service. Immutable; checked as a whole by {@link
 * AofConfig.Builder#build()}. Its text shows no secret.
 *
 * @param bucket name of the bucket; it must exist
 * @param prefix what all keys begin with, without a slash at either end; empty: the bucket is the
 *     store's
 * @param region region of the bucket; null: as the SDK finds it (environment, profile, instance),
 *     or {@code us-east-1} when there is an endpoint
 * @param endpoint address of the service, for anything that is not AWS; null: AWS
 * @param pathStyle whether the bucket is named in the path instead of the host name
 * @param credentials who calls; null: the SDK's default chain
 * @param storageClass storage class of new objects, as the service spells it; null: the bucket's
 * @param tags tags of new objects
 * @param encryption who encrypts
 * @param compatibility what the service can do
 * @param stallTimeout how long a request may move no byte before it is given up, over 0
 * @param sdk parts of the AWS SDK that the application lends; null: none. With a client among them
 *     {@code region}, {@code endpoint}, {@code pathStyle} and {@code credentials} are the client's
 */
public record S3Config(
    String bucket,
    String prefix,
    @Nullable String region,
    @Nullable URI endpoint,
    boolean pathStyle,
    @Nullable S3Credentials credentials,
    @Nullable String storageClass,
    Map<String, String> tags,
    S3Encryption encryption,
    S3Compatibility compatibility,
    Duration stallTimeout,
    @Nullable S3Sdk sdk) {

  /** Copies the tags. */
  public S3Config {
    tags = Map.copyOf(tags);
  }

  /** That bucket, everything else by default. */
  public static S3Config of(String bucket) {
    return new S3Config(
        bucket,
        "",
        null,
        null,
        false,
        null,
        null,
        Map.of(),
        new S3Encryption.BucketDefault(),
        S3Compatibility.defaults(),
        Duration.ofSeconds(20),
        null);
  }

  /** These settings with another {@code prefix}. */
  public S3Config withPrefix(String value) {
    return new S3Config(
        bucket,
        value,
        region,
        endpoint,
        pathStyle,
        credentials,
        storageClass,
        tags,
        encryption,
        compatibility,
        stallTimeout,
        sdk);
  }

  /** These settings with another {@code region}. */
  public S3Config withRegion(@Nullable String value) {
    return new S3Config(
        bucket,
        prefix,
        value,
        endpoint,
        pathStyle,
        credentials,
        storageClass,
        tags,
        encryption,
        compatibility,
        stallTimeout,
        sdk);
  }

  /** These settings with another {@code endpoint}. */
  public S3Config withEndpoint(@Nullable URI value) {
    return new S3Config(
        bucket,
        prefix,
        region,
        value,
        pathStyle,
        credentials,
        storageClass,
        tags,
        encryption,
        compatibility,
        stallTimeout,
        sdk);
  }

  /** These settings with another {@code pathStyle}. */
  public S3Config withPathStyle(boolean value) {
    return new S3Config(
        bucket,
        prefix,
        region,
        endpoint,
        value,
        credentials,
        storageClass,
        tags,
        encryption,
        compatibility,
        stallTimeout,
        sdk);
  }

  /** These settings with another {@code credentials}. */
  public S3Config withCredentials(@Nullable S3Credentials value) {
    return new S3Config(
        bucket,
        prefix,
        region,
        endpoint,
        pathStyle,
        value,
        storageClass,
        tags,
        encryption,
        compatibility,
        stallTimeout,
        sdk);
  }

  /** These settings with another {@code storageClass}. */
  public S3Config withStorageClass(@Nullable String value) {
    return new S3Config(
        bucket,
        prefix,
        region,
        endpoint,
        pathStyle,
        credentials,
        value,
        tags,
        encryption,
        compatibility,
        stallTimeout,
        sdk);
  }

  /** These settings with another {@code tags}. */
  public S3Config withTags(Map<String, String> value) {
    return new S3Config(
        bucket,
        prefix,
        region,
        endpoint,
        pathStyle,
        credentials,
        storageClass,
        value,
        encryption,
        compatibility,
        stallTimeout,
        sdk);
  }

  /** These settings with another {@code encryption}. */
  public S3Config withEncryption(S3Encryption value) {
    return new S3Config(
        bucket,
        prefix,
        region,
        endpoint,
        pathStyle,
        credentials,
        storageClass,
        tags,
        value,
        compatibility,
        stallTimeout,
        sdk);
  }

  /** These settings with another {@code compatibility}. */
  public S3Config withCompatibility(S3Compatibility value) {
    return new S3Config(
        bucket,
        prefix,
        region,
        endpoint,
        pathStyle,
        credentials,
        storageClass,
        tags,
        encryption,
        value,
        stallTimeout,
        sdk);
  }

  /** These settings with another {@code stallTimeout}. */
  public S3Config withStallTimeout(Duration value) {
    return new S3Config(
        bucket,
        prefix,
        region,
        endpoint,
        pathStyle,
        credentials,
        storageClass,
        tags,
        encryption,
        compatibility,
        value,
        sdk);
  }

  /** These settings with another {@code sdk}. */
  public S3Config withSdk(@Nullable S3Sdk value) {
    return new S3Config(
        bucket,
        prefix,
        region,
        endpoint,
        pathStyle,
        credentials,
        storageClass,
        tags,
        encryption,
        compatibility,
        stallTimeout,
        value);
  }

  /** Shows no secret, not even one that a rule is going to refuse later. */
  @Override
  public String toString() {
    boolean tells = endpoint != null && endpoint.getRawUserInfo() != null;
    return "S3Config[bucket="
        + bucket
        + ", prefix="
        + prefix
        + ", region="
        + region
        + ", endpoint="
        + (tells ? "not shown" : endpoint)
        + ", pathStyle="
        + pathStyle
        + ", credentials="
        + credentials
        + ", storageClass="
        + storageClass
        + ", tags="
        + tags
        + ", encryption="
        + encryption
        + ", compatibility="
        + compatibility
        + ", stallTimeout="
        + stallTimeout
        + ", sdk="
        + sdk
        + "]";
  }
}
