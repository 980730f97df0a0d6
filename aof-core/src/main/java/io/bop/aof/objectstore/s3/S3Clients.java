package io.bop.aof.objectstore.s3;

import io.bop.aof.S3Config;
import io.bop.aof.S3Credentials;
import io.netty.channel.EventLoopGroup;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.client.config.SdkAdvancedAsyncClientOption;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.SdkEventLoopGroup;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3AsyncClientBuilder;
import software.amazon.awssdk.services.s3.S3Configuration;

/**
 * A client of the SDK with its connections and threads.
 *
 * @param s3 the client
 * @param http its connections
 * @param threads its threads
 */
record S3Clients(S3AsyncClient s3, SdkAsyncHttpClient http, EventLoopGroup threads)
    implements AutoCloseable {

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
   * @param connections most at once
   */
  static S3Clients open(S3Config config, Exchange.Limits limits, int connections) {
    SdkEventLoopGroup threads = SdkEventLoopGroup.builder().numberOfThreads(THREADS).build();
    Duration never = limits.deadline().plus(limits.stall());
    Duration connect =
        limits.stall().compareTo(LONGEST_CONNECT) < 0 ? limits.stall() : LONGEST_CONNECT;
    SdkAsyncHttpClient http =
        NettyNioAsyncHttpClient.builder()
            .eventLoopGroup(threads)
            .maxConcurrency(connections)
            .connectionTimeout(connect)
            .tlsNegotiationTimeout(connect)
            .connectionAcquisitionTimeout(never)
            .readTimeout(never)
            .writeTimeout(never)
            .build();
    try {
      return new S3Clients(client(config, http), http, threads.eventLoopGroup());
    } catch (RuntimeException e) {
      http.close();
      stop(threads.eventLoopGroup());
      throw e;
    }
  }

  private static S3AsyncClient client(S3Config config, SdkAsyncHttpClient http) {
    S3AsyncClientBuilder builder =
        S3AsyncClient.builder()
            .httpClient(http)
            .credentialsProvider(credentials(config.credentials()))
            .forcePathStyle(config.pathStyle())
            // We say ourselves which checksum goes where. Without one that the SDK would compute it
            // neither chunks nor signs bodies, also not over plain HTTP, where signing them would
            // mean to hold them in memory.
            .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
            .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
            // A service that refuses a put says so before the body; it may hang up on one that
            // comes
            // all the same, and then nobody would know why.
            .serviceConfiguration(
                S3Configuration.builder().expectContinueThresholdInBytes(0L).build())
            .overrideConfiguration(o -> o.retryStrategy(AwsRetryStrategy.doNotRetry()))
            .asyncConfiguration(
                a ->
                    a.advancedOption(
                        SdkAdvancedAsyncClientOption.FUTURE_COMPLETION_EXECUTOR, HERE));
    if (config.endpoint() != null) {
      builder.endpointOverride(config.endpoint());
    }
    @Nullable String region = config.region();
    if (region != null) {
      builder.region(Region.of(region));
    } else if (config.endpoint() != null) {
      builder.region(Region.US_EAST_1);
    }
    return builder.build();
  }

  private static AwsCredentialsProvider credentials(@Nullable S3Credentials given) {
    return given == null
        ? DefaultCredentialsProvider.builder().build()
        : StaticCredentialsProvider.create(ofTheSdk(given));
  }

  private static AwsCredentials ofTheSdk(S3Credentials given) {
    return given.sessionToken() == null
        ? AwsBasicCredentials.create(given.accessKey(), given.secretKey())
        : AwsSessionCredentials.create(given.accessKey(), given.secretKey(), given.sessionToken());
  }

  /** Ends what is under way. Does not wait for the threads. */
  @Override
  public void close() {
    s3.close();
    http.close();
    stop(threads);
  }

  @SuppressWarnings("FutureReturnValueIgnored") // Nobody waits for idle threads to end.
  private static void stop(EventLoopGroup threads) {
    threads.shutdownGracefully(QUIET_MILLIS, CLOSE_MILLIS, TimeUnit.MILLISECONDS);
  }
}
