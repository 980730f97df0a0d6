package io.bop.aof.objectstore.s3;

import io.bop.aof.S3Config;
import io.netty.channel.EventLoopGroup;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.client.config.SdkAdvancedAsyncClientOption;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.SdkEventLoopGroup;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3AsyncClientBuilder;
import software.amazon.awssdk.services.s3.S3Configuration;

/**
 * The client of a store: one of its own, with connections and threads, or one that it was lent.
 *
 * @param s3 the client
 * @param lent whether it belongs to somebody else
 * @param ending ends what is ours
 */
record S3Clients(S3AsyncClient s3, boolean lent, Runnable ending) implements AutoCloseable {

  private static final int THREADS = 4;
  private static final Duration LONGEST_CONNECT = Duration.ofSeconds(10);

  /** Long enough for connections to say goodbye; nobody waits for it. */
  private static final long QUIET_MILLIS = 200;

  private static final long CLOSE_MILLIS = 5_000;

  /** Callbacks only copy bytes and wake who waits; they need no threads of their own. */
  private static final Executor HERE = Runnable::run;

  /**
   * Connects to nothing yet.
   *
   * @param connections most at once, of a client of our own
   * @throws IllegalArgumentException when a client was lent that does not send requests as they are
   */
  static S3Clients open(S3Config config, Exchange.Limits limits, int connections) {
    S3SdkParts parts = partsOf(config);
    S3AsyncClient lent = parts.client();
    if (lent == null) {
      return openOwn(config, parts, limits, connections);
    }
    LentClient.check(lent);
    return new S3Clients(lent, true, () -> {});
  }

  private static S3SdkParts partsOf(S3Config config) {
    return config.sdk() instanceof S3SdkParts parts ? parts : S3SdkParts.none();
  }

  private static S3Clients openOwn(
      S3Config config, S3SdkParts parts, Exchange.Limits limits, int connections) {
    SdkEventLoopGroup threads = SdkEventLoopGroup.builder().numberOfThreads(THREADS).build();
    Duration never = limits.deadline().plus(limits.stall());
    Duration connect =
        limits.stall().compareTo(LONGEST_CONNECT) < 0 ? limits.stall() : LONGEST_CONNECT;
    NettyNioAsyncHttpClient.Builder connector =
        NettyNioAsyncHttpClient.builder()
            .eventLoopGroup(threads)
            .maxConcurrency(connections)
            .connectionTimeout(connect)
            .tlsNegotiationTimeout(connect)
            .connectionAcquisitionTimeout(never)
            .readTimeout(never)
            .writeTimeout(never);
    SdkAsyncHttpClient http = withTls(connector, parts.tls()).build();
    try {
      S3AsyncClient s3 = client(config, parts, http);
      return new S3Clients(
          s3,
          false,
          () -> {
            s3.close();
            stop(http, threads.eventLoopGroup());
          });
    } catch (RuntimeException e) {
      stop(http, threads.eventLoopGroup());
      throw e;
    }
  }

  private static NettyNioAsyncHttpClient.Builder withTls(
      NettyNioAsyncHttpClient.Builder connector, @Nullable S3Tls tls) {
    return tls == null
        ? connector
        : connector
            .tlsKeyManagersProvider(tls.keyManagers()::get)
            .tlsTrustManagersProvider(tls.trustManagers()::get);
  }

  private static S3AsyncClient client(S3Config config, S3SdkParts parts, SdkAsyncHttpClient http) {
    S3AsyncClientBuilder builder =
        S3AsyncClient.builder()
            .httpClient(http)
            .credentialsProvider(S3Callers.credentials(config, parts))
            .forcePathStyle(config.pathStyle())
            // A service that refuses a put says so before the body; it may hang up on one that
            // comes all the same, and then nobody would know why.
            .serviceConfiguration(
                S3Configuration.builder().expectContinueThresholdInBytes(0L).build())
            .asyncConfiguration(
                a ->
                    a.advancedOption(
                        SdkAdvancedAsyncClientOption.FUTURE_COMPLETION_EXECUTOR, HERE));
    if (config.endpoint() != null) {
      builder.endpointOverride(config.endpoint());
    }
    S3Callers.region(config, parts).ifPresent(builder::region);
    for (Consumer<S3AsyncClientBuilder> customizer : parts.customizers()) {
      customizer.accept(builder);
    }
    return builder
        // We say ourselves which checksum goes where. Without one that the SDK would compute it
        // neither chunks nor signs bodies, also not over plain HTTP, where signing them would
        // mean to hold them in memory.
        .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
        .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
        .multipartEnabled(false)
        .overrideConfiguration(
            builder.overrideConfiguration().toBuilder()
                .retryStrategy(AwsRetryStrategy.doNotRetry())
                .build())
        .build();
  }

  /** The address that requests go to, if it is not the service's own. */
  Optional<URI> endpoint() {
    return s3.serviceClientConfiguration().endpointOverride();
  }

  /** Ends what is under way on a client of our own. Does not wait for its threads. */
  @Override
  public void close() {
    ending.run();
  }

  @SuppressWarnings("FutureReturnValueIgnored") // Nobody waits for idle threads to end.
  private static void stop(SdkAsyncHttpClient http, EventLoopGroup threads) {
    http.close();
    threads.shutdownGracefully(QUIET_MILLIS, CLOSE_MILLIS, TimeUnit.MILLISECONDS);
  }
}
