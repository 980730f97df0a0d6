package io.bop.aof;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
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
    tags = Ordered.copyOf(tags);
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
    return with(copy -> copy.prefix = value);
  }

  /** These settings with another {@code region}. */
  public S3Config withRegion(@Nullable String value) {
    return with(copy -> copy.region = value);
  }

  /** These settings with another {@code endpoint}. */
  public S3Config withEndpoint(@Nullable URI value) {
    return with(copy -> copy.endpoint = value);
  }

  /** These settings with another {@code pathStyle}. */
  public S3Config withPathStyle(boolean value) {
    return with(copy -> copy.pathStyle = value);
  }

  /** These settings with another {@code credentials}. */
  public S3Config withCredentials(@Nullable S3Credentials value) {
    return with(copy -> copy.credentials = value);
  }

  /** These settings with another {@code storageClass}. */
  public S3Config withStorageClass(@Nullable String value) {
    return with(copy -> copy.storageClass = value);
  }

  /** These settings with another {@code tags}. */
  public S3Config withTags(Map<String, String> value) {
    return with(copy -> copy.tags = value);
  }

  /** These settings with another {@code encryption}. */
  public S3Config withEncryption(S3Encryption value) {
    return with(copy -> copy.encryption = value);
  }

  /** These settings with another {@code compatibility}. */
  public S3Config withCompatibility(S3Compatibility value) {
    return with(copy -> copy.compatibility = value);
  }

  /** These settings with another {@code stallTimeout}. */
  public S3Config withStallTimeout(Duration value) {
    return with(copy -> copy.stallTimeout = value);
  }

  /** These settings with another {@code sdk}. */
  public S3Config withSdk(@Nullable S3Sdk value) {
    return with(copy -> copy.sdk = value);
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

  private S3Config with(Consumer<Copy> change) {
    Copy copy = new Copy(this);
    change.accept(copy);
    return copy.finished();
  }

  /* One place that knows the order of all the parts. */
  private static final class Copy {
    private final String bucket;
    private String prefix;
    private @Nullable String region;
    private @Nullable URI endpoint;
    private boolean pathStyle;
    private @Nullable S3Credentials credentials;
    private @Nullable String storageClass;
    private Map<String, String> tags;
    private S3Encryption encryption;
    private S3Compatibility compatibility;
    private Duration stallTimeout;
    private @Nullable S3Sdk sdk;

    Copy(S3Config of) {
      bucket = of.bucket;
      prefix = of.prefix;
      region = of.region;
      endpoint = of.endpoint;
      pathStyle = of.pathStyle;
      credentials = of.credentials;
      storageClass = of.storageClass;
      tags = of.tags;
      encryption = of.encryption;
      compatibility = of.compatibility;
      stallTimeout = of.stallTimeout;
      sdk = of.sdk;
    }

    S3Config finished() {
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
          sdk);
    }
  }
}
