package io.bop.aof.spring.listener;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * How a container reads, delivers and keeps its places. Immutable.
 *
 * @param ackMode when the place in a stream is saved
 * @param order which records wait for each other
 * @param concurrency most calls of the listener at the same time, 1 to 256
 * @param maxPollRecords most records of one polled batch, 1 to 100,000
 * @param maxPollBytes payload bytes at which a polled batch ends, and most that wait in memory with
 *     {@link DeliveryOrder#KEY}; at least 1
 * @param maxUnacknowledged records of a stream that may be delivered and not handled, or not
 *     acknowledged, before no more are read from it, 1 to 10,000,000
 * @param commitInterval longest time that a new place stays unsaved while records are handled
 * @param discoveryInterval longest time after which a stream that was created is found, and one
 *     that was deleted is given up
 * @param shutdownTimeout longest time that a stop waits for the deliveries in progress; then their
 *     threads are interrupted
 * @param onRetired what to do when records were retired before they were handled
 * @param onDiverged what to do when records that were handled are not in the store any more
 * @param deadLetterSuffix streams whose names end so are not found by a pattern
 */
public record AofListenerOptions(
    AckMode ackMode,
    DeliveryOrder order,
    int concurrency,
    int maxPollRecords,
    long maxPollBytes,
    int maxUnacknowledged,
    Duration commitInterval,
    Duration discoveryInterval,
    Duration shutdownTimeout,
    OffsetLossPolicy onRetired,
    OffsetLossPolicy onDiverged,
    String deadLetterSuffix) {

  private static final int MAX_CONCURRENCY = 256;
  private static final int MAX_POLL_RECORDS = 100_000;
  private static final int MAX_UNACKNOWLEDGED = 10_000_000;

  private static final AofListenerOptions DEFAULTS =
      new AofListenerOptions(
          AckMode.BATCH,
          DeliveryOrder.STREAM,
          1,
          500,
          8L * 1024 * 1024,
          10_000,
          Duration.ofSeconds(1),
          Duration.ofSeconds(1),
          Duration.ofSeconds(20),
          OffsetLossPolicy.STOP,
          OffsetLossPolicy.STOP,
          ".dlq");

  /** Checks that nothing is null; {@link #faults} checks the ranges. */
  public AofListenerOptions {
    Objects.requireNonNull(ackMode, "ackMode");
    Objects.requireNonNull(order, "order");
    Objects.requireNonNull(commitInterval, "commitInterval");
    Objects.requireNonNull(discoveryInterval, "discoveryInterval");
    Objects.requireNonNull(shutdownTimeout, "shutdownTimeout");
    Objects.requireNonNull(onRetired, "onRetired");
    Objects.requireNonNull(onDiverged, "onDiverged");
    Objects.requireNonNull(deadLetterSuffix, "deadLetterSuffix");
  }

  /** One call at a time, in the order of the stream; places saved after each polled batch. */
  public static AofListenerOptions defaults() {
    return DEFAULTS;
  }

  /**
   * Every setting that is out of its range, as {@code key=value must be …}; none: they are fine.
   */
  public List<String> faults() {
    List<String> faults = new ArrayList<>();
    range(faults, "concurrency", concurrency, MAX_CONCURRENCY);
    range(faults, "max-poll-records", maxPollRecords, MAX_POLL_RECORDS);
    range(faults, "max-poll-bytes", maxPollBytes, Long.MAX_VALUE);
    range(faults, "max-unacknowledged", maxUnacknowledged, MAX_UNACKNOWLEDGED);
    positive(faults, "commit-interval", commitInterval);
    positive(faults, "discovery-interval", discoveryInterval);
    positive(faults, "shutdown-timeout", shutdownTimeout);
    return faults;
  }

  private static void range(List<String> faults, String key, long value, long max) {
    if (value < 1 || value > max) {
      String bound = max == Long.MAX_VALUE ? "at least 1" : "1 to " + max;
      faults.add(key + "=" + value + " must be " + bound);
    }
  }

  private static void positive(List<String> faults, String key, Duration value) {
    if (value.isNegative() || value.isZero()) {
      faults.add(key + "=" + value + " must be positive");
    }
  }

  /** These options with another mode. */
  public AofListenerOptions withAckMode(AckMode value) {
    return new AofListenerOptions(
        value,
        order,
        concurrency,
        maxPollRecords,
        maxPollBytes,
        maxUnacknowledged,
        commitInterval,
        discoveryInterval,
        shutdownTimeout,
        onRetired,
        onDiverged,
        deadLetterSuffix);
  }

  /** These options with another order and number of calls at the same time. */
  public AofListenerOptions withConcurrency(DeliveryOrder newOrder, int newConcurrency) {
    return new AofListenerOptions(
        ackMode,
        newOrder,
        newConcurrency,
        maxPollRecords,
        maxPollBytes,
        maxUnacknowledged,
        commitInterval,
        discoveryInterval,
        shutdownTimeout,
        onRetired,
        onDiverged,
        deadLetterSuffix);
  }

  /** These options with other bounds of what is read at once. */
  public AofListenerOptions withPolling(int newRecords, long newBytes, int newUnacknowledged) {
    return new AofListenerOptions(
        ackMode,
        order,
        concurrency,
        newRecords,
        newBytes,
        newUnacknowledged,
        commitInterval,
        discoveryInterval,
        shutdownTimeout,
        onRetired,
        onDiverged,
        deadLetterSuffix);
  }

  /** These options with other times. */
  public AofListenerOptions withTimes(Duration newCommit, Duration newDiscovery, Duration newStop) {
    return new AofListenerOptions(
        ackMode,
        order,
        concurrency,
        maxPollRecords,
        maxPollBytes,
        maxUnacknowledged,
        newCommit,
        newDiscovery,
        newStop,
        onRetired,
        onDiverged,
        deadLetterSuffix);
  }

  /** These options with other policies. */
  public AofListenerOptions withLossPolicies(OffsetLossPolicy retired, OffsetLossPolicy diverged) {
    return new AofListenerOptions(
        ackMode,
        order,
        concurrency,
        maxPollRecords,
        maxPollBytes,
        maxUnacknowledged,
        commitInterval,
        discoveryInterval,
        shutdownTimeout,
        retired,
        diverged,
        deadLetterSuffix);
  }
}
