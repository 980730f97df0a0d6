package io.bop.aof.objectstore.s3;

import io.bop.aof.S3Sdk;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.regions.providers.AwsRegionProvider;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3AsyncClientBuilder;

/**
 * Parts of the SDK that an application lends. They stay its own: the store closes none of them.
 * Immutable, as far as the parts are.
 *
 * @param client takes the place of the store's own client; its retries are switched off for the
 *     store's requests, its time-outs hold beside the store's; null: the store makes one
 * @param credentials who calls, unless the configuration says; null: the SDK's default chain
 * @param region finds the region, unless the configuration says; null: the SDK's default chain
 * @param customizers change the builder of the store's own client, in this order; what the store
 *     depends on (no retries, no parts, checksums of its own) it sets after them
 * @param tls what the store's own client shows and trusts; null: as the JVM says
 */
public record S3SdkParts(
    @Nullable S3AsyncClient client,
    @Nullable AwsCredentialsProvider credentials,
    @Nullable AwsRegionProvider region,
    List<Consumer<S3AsyncClientBuilder>> customizers,
    @Nullable S3Tls tls)
    implements S3Sdk {

  private static final S3SdkParts NONE = new S3SdkParts(null, null, null, List.of(), null);

  /** Copies the list. */
  public S3SdkParts {
    customizers = List.copyOf(customizers);
  }

  /** Nothing is lent. */
  public static S3SdkParts none() {
    return NONE;
  }

  /** These parts with another {@code client}. */
  public S3SdkParts withClient(@Nullable S3AsyncClient value) {
    return new S3SdkParts(value, credentials, region, customizers, tls);
  }

  /** These parts with other {@code credentials}. */
  public S3SdkParts withCredentials(@Nullable AwsCredentialsProvider value) {
    return new S3SdkParts(client, value, region, customizers, tls);
  }

  /** These parts with another {@code region}. */
  public S3SdkParts withRegion(@Nullable AwsRegionProvider value) {
    return new S3SdkParts(client, credentials, value, customizers, tls);
  }

  /** These parts with one more customizer, behind the others. */
  public S3SdkParts withCustomizer(Consumer<S3AsyncClientBuilder> value) {
    List<Consumer<S3AsyncClientBuilder>> more = new ArrayList<>(customizers);
    more.add(value);
    return new S3SdkParts(client, credentials, region, more, tls);
  }

  /** These parts with another {@code tls}. */
  public S3SdkParts withTls(@Nullable S3Tls value) {
    return new S3SdkParts(client, credentials, region, customizers, value);
  }

  @Override
  public boolean hasClient() {
    return client != null;
  }

  /** Kinds, because a provider's own text might say more. */
  @Override
  public String toString() {
    return "S3SdkParts[client="
        + kindOf(client)
        + ", credentials="
        + kindOf(credentials)
        + ", region="
        + kindOf(region)
        + ", customizers="
        + customizers.size()
        + ", tls="
        + kindOf(tls)
        + "]";
  }

  private static String kindOf(@Nullable Object part) {
    return part == null ? "none" : part.getClass().getName();
  }
}
