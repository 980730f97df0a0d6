package io.bop.aof;

import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The object store and how it is used. Immutable; checked as a whole by {@link
 * AofConfig.Builder#build()}.
 *
 * @param type the kind of object store
 * @param filesystemRoot folder of the {@code filesystem} store; null: {@code tier2} below the root
 * @param s3 bucket of the {@code s3} store; null: none
 * @param checkAtStartup whether opening fails when Tier 2 does not answer
 * @param deadline hard limit of one call, retries included
 * @param uploadConcurrency uploads at once, 1 to 64
 * @param fetchConcurrency fetches at once, 1 to 256
 * @param restore what an open of an empty root does when there is a store
 * @param deleteGrace how long a retired object stays for followers and open readers
 * @param archiveLagWarning how old the oldest sealed segment that is not in Tier 2 may be until the
 *     log and the listener are told
 * @param retry retries
 * @param circuitBreaker circuit breaker
 * @param prices what requests cost, for the meter in {@link AofSnapshot}
 * @param breakers where the circuit breakers are kept; null: in the store
 */
public record Tier2Config(
    Tier2Type type,
    @Nullable Path filesystemRoot,
    @Nullable S3Config s3,
    boolean checkAtStartup,
    Duration deadline,
    int uploadConcurrency,
    int fetchConcurrency,
    RestorePolicy restore,
    Duration deleteGrace,
    Duration archiveLagWarning,
    RetryConfig retry,
    CircuitBreakerConfig circuitBreaker,
    RequestPrices prices,
    @Nullable Tier2Breakers breakers) {

  private static final Tier2Config DEFAULTS =
      new Tier2Config(
          Tier2Type.FILESYSTEM,
          null,
          null,
          true,
          Duration.ofSeconds(60),
          2,
          8,
          RestorePolicy.NEVER,
          Duration.ofHours(1),
          Duration.ofMinutes(5),
          RetryConfig.defaults(),
          CircuitBreakerConfig.defaults(),
          RequestPrices.s3Standard(),
          null);

  /** The defaults. */
  public static Tier2Config defaults() {
    return DEFAULTS;
  }

  /** These settings with another {@code type}. */
  public Tier2Config withType(Tier2Type value) {
    return with(copy -> copy.type = value);
  }

  /** These settings with another {@code filesystemRoot}. */
  public Tier2Config withFilesystemRoot(@Nullable Path value) {
    return with(copy -> copy.filesystemRoot = value);
  }

  /** These settings with another {@code s3}. */
  public Tier2Config withS3(@Nullable S3Config value) {
    return with(copy -> copy.s3 = value);
  }

  /** These settings with another {@code checkAtStartup}. */
  public Tier2Config withCheckAtStartup(boolean value) {
    return with(copy -> copy.checkAtStartup = value);
  }

  /** These settings with another {@code deadline}. */
  public Tier2Config withDeadline(Duration value) {
    return with(copy -> copy.deadline = value);
  }

  /** These settings with another {@code uploadConcurrency}. */
  public Tier2Config withUploadConcurrency(int value) {
    return with(copy -> copy.uploadConcurrency = value);
  }

  /** These settings with another {@code fetchConcurrency}. */
  public Tier2Config withFetchConcurrency(int value) {
    return with(copy -> copy.fetchConcurrency = value);
  }

  /** These settings with another {@code restore}. */
  public Tier2Config withRestore(RestorePolicy value) {
    return with(copy -> copy.restore = value);
  }

  /** These settings with another {@code deleteGrace}. */
  public Tier2Config withDeleteGrace(Duration value) {
    return with(copy -> copy.deleteGrace = value);
  }

  /** These settings with another {@code archiveLagWarning}. */
  public Tier2Config withArchiveLagWarning(Duration value) {
    return with(copy -> copy.archiveLagWarning = value);
  }

  /** These settings with another {@code retry}. */
  public Tier2Config withRetry(RetryConfig value) {
    return with(copy -> copy.retry = value);
  }

  /** These settings with another {@code circuitBreaker}. */
  public Tier2Config withCircuitBreaker(CircuitBreakerConfig value) {
    return with(copy -> copy.circuitBreaker = value);
  }

  /** These settings with other {@code prices}. */
  public Tier2Config withPrices(RequestPrices value) {
    return with(copy -> copy.prices = value);
  }

  /** These settings with another {@code breakers}. */
  public Tier2Config withBreakers(@Nullable Tier2Breakers value) {
    return with(copy -> copy.breakers = value);
  }

  private Tier2Config with(Consumer<Copy> change) {
    Copy copy = new Copy(this);
    change.accept(copy);
    return copy.finished();
  }

  /* One place that knows the order of all the parts. */
  private static final class Copy {
    private Tier2Type type;
    private @Nullable Path filesystemRoot;
    private @Nullable S3Config s3;
    private boolean checkAtStartup;
    private Duration deadline;
    private int uploadConcurrency;
    private int fetchConcurrency;
    private RestorePolicy restore;
    private Duration deleteGrace;
    private Duration archiveLagWarning;
    private RetryConfig retry;
    private CircuitBreakerConfig circuitBreaker;
    private RequestPrices prices;
    private @Nullable Tier2Breakers breakers;

    Copy(Tier2Config of) {
      type = of.type;
      filesystemRoot = of.filesystemRoot;
      s3 = of.s3;
      checkAtStartup = of.checkAtStartup;
      deadline = of.deadline;
      uploadConcurrency = of.uploadConcurrency;
      fetchConcurrency = of.fetchConcurrency;
      restore = of.restore;
      deleteGrace = of.deleteGrace;
      archiveLagWarning = of.archiveLagWarning;
      retry = of.retry;
      circuitBreaker = of.circuitBreaker;
      prices = of.prices;
      breakers = of.breakers;
    }

    Tier2Config finished() {
      return new Tier2Config(
          type,
          filesystemRoot,
          s3,
          checkAtStartup,
          deadline,
          uploadConcurrency,
          fetchConcurrency,
          restore,
          deleteGrace,
          archiveLagWarning,
          retry,
          circuitBreaker,
          prices,
          breakers);
    }
  }
}
