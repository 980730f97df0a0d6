package io.bop.aof.spring.listener;

import io.bop.aof.spring.core.AofConversionException;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Predicate;
import org.springframework.util.backoff.BackOff;
import org.springframework.util.backoff.BackOffExecution;
import org.springframework.util.backoff.ExponentialBackOff;

/**
 * Tries again with a back-off, then hands the record to a recoverer. What no retry can cure (a
 * payload that cannot be converted) goes to the recoverer at once. Immutable.
 */
public final class DefaultAofListenerErrorHandler implements AofListenerErrorHandler {

  private static final BackOff NONE = () -> () -> BackOffExecution.STOP;

  private final BackOff backOff;
  private final AofRecordRecoverer recoverer;
  private final Predicate<? super Throwable> hopeless;

  /** Retries everything but conversions. */
  public DefaultAofListenerErrorHandler(BackOff backOff, AofRecordRecoverer recoverer) {
    this(backOff, recoverer, failure -> false);
  }

  /**
   * Names what else is not worth a retry.
   *
   * @param hopeless asked about what the listener threw and about each cause of it
   */
  public DefaultAofListenerErrorHandler(
      BackOff backOff, AofRecordRecoverer recoverer, Predicate<? super Throwable> hopeless) {
    this.backOff = Objects.requireNonNull(backOff, "backOff");
    this.recoverer = Objects.requireNonNull(recoverer, "recoverer");
    this.hopeless = Objects.requireNonNull(hopeless, "hopeless");
  }

  /**
   * Tries for ever, after 0.5 s, then twice as long each time, up to 30 s; a record that cannot be
   * converted stops the container.
   *
   * <p>This is the default, because it is the only answer that neither loses a record nor hands
   * over a later one before it. Most failures pass (a database restarts, a service is away), and
   * the listener goes on by itself then; the lag, the failures and the log tell of those that do
   * not. Skipping after some tries, as others do, would turn an outage of a few minutes into lost
   * events; a dead-letter stream keeps them, but out of their order: both have to be chosen.
   */
  public static DefaultAofListenerErrorHandler retryForever() {
    return new DefaultAofListenerErrorHandler(
        exponential(Duration.ofMillis(500), 2, Duration.ofSeconds(30)), AofRecordRecoverer.stop());
  }

  /** Pauses that grow by the multiplier up to a bound, without an end. */
  public static ExponentialBackOff exponential(
      Duration initial, double multiplier, Duration longest) {
    ExponentialBackOff backOff = new ExponentialBackOff(initial.toMillis(), multiplier);
    backOff.setMaxInterval(longest.toMillis());
    return backOff;
  }

  @Override
  public BackOff backOff(FailedDelivery failed) {
    boolean isHopeless =
        Causes.any(failed.cause(), t -> t instanceof AofConversionException || hopeless.test(t));
    return isHopeless ? NONE : backOff;
  }

  @Override
  public AfterFailure exhausted(FailedDelivery failed) {
    return recoverer.recover(failed);
  }
}
