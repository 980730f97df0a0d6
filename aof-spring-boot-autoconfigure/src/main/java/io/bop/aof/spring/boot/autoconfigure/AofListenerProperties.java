package io.bop.aof.spring.boot.autoconfigure;

import io.bop.aof.spring.listener.AckMode;
import io.bop.aof.spring.listener.DeliveryOrder;
import io.bop.aof.spring.listener.OffsetLossPolicy;
import java.time.Duration;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Listeners; what a listener says for itself wins.
 *
 * @param enabled Whether methods with @AofListener are looked for, and containers are made for
 *     them.
 * @param autoStartup Whether listeners start with the application.
 * @param startAt Where to begin in a stream without a saved place: earliest, latest, offset:number
 *     or timestamp:instant.
 * @param ackMode When the place in a stream is saved.
 * @param order Which records wait for each other.
 * @param concurrency Most calls of a listener at the same time, 1 to 256.
 * @param maxPollRecords Most records of one polled batch, 1 to 100000.
 * @param maxPollBytes Payload at which a polled batch ends.
 * @param maxUnacknowledged Records of a stream that may be delivered and not handled before no more
 *     are read from it, 1 to 10000000.
 * @param commitInterval Longest time that a new place stays unsaved while records are handled.
 * @param discoveryInterval Longest time after which a new stream is found.
 * @param shutdownTimeout Longest time that a stop waits for calls in progress, before it interrupts
 *     them. Keep it below 'spring.lifecycle.timeout-per-shutdown-phase'.
 * @param onRetired What to do when records were retired before they were handled.
 * @param onDiverged What to do when records that were handled are not in the store any more, after
 *     a restore.
 * @param onFailure What to do when a record is not handled.
 * @param observationEnabled Whether what listeners handle is observed, and goes on with the trace
 *     of its append.
 * @param retry Retries, with exponential backoff.
 * @param deadLetter Dead-letter streams.
 */
public record AofListenerProperties(
    @DefaultValue("true") boolean enabled,
    @DefaultValue("true") boolean autoStartup,
    @DefaultValue("earliest") String startAt,
    @DefaultValue("batch") AckMode ackMode,
    @DefaultValue("stream") DeliveryOrder order,
    @DefaultValue("1") int concurrency,
    @DefaultValue("500") int maxPollRecords,
    @DefaultValue("8MB") DataSize maxPollBytes,
    @DefaultValue("10000") int maxUnacknowledged,
    @DefaultValue("1s") Duration commitInterval,
    @DefaultValue("1s") Duration discoveryInterval,
    @DefaultValue("20s") Duration shutdownTimeout,
    @DefaultValue("stop") OffsetLossPolicy onRetired,
    @DefaultValue("stop") OffsetLossPolicy onDiverged,
    @DefaultValue("retry") OnFailure onFailure,
    @DefaultValue("false") boolean observationEnabled,
    @DefaultValue Retry retry,
    @DefaultValue DeadLetter deadLetter) {

  /** What to do when a record is not handled. What no retry can cure is not tried again. */
  public enum OnFailure {
    /** Try again for ever; a record that cannot be converted stops the listener. */
    RETRY,
    /** Try again, then stop the listener. */
    STOP,
    /** Try again, then leave the record and go on with the next one. */
    SKIP,
    /** Try again, then append a copy to the dead-letter stream and go on with the next one. */
    DEAD_LETTER
  }

  /**
   * Retries.
   *
   * @param maxAttempts Calls for one record in all, at least 1. Not limited with 'retry'.
   * @param initialInterval Pause after the first failure.
   * @param multiplier Factor from one pause to the next, at least 1.
   * @param maxInterval Bound of every pause.
   */
  public record Retry(
      @DefaultValue("10") int maxAttempts,
      @DefaultValue("500ms") Duration initialInterval,
      @DefaultValue("2.0") double multiplier,
      @DefaultValue("30s") Duration maxInterval) {}

  /**
   * Dead-letter streams.
   *
   * @param suffix Added to the name of a stream for that of its dead-letter stream.
   * @param stackTrace Whether dead letters have the stack trace of the failure in a header.
   */
  public record DeadLetter(
      @DefaultValue(".dlq") String suffix, @DefaultValue("false") boolean stackTrace) {}
}
