package io.bop.aof.spring.listener;

import io.bop.aof.ReadFrom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * How a container reads, delivers and keeps its places. Immutable.
 *
 * @param autoStartup whether the container starts with the application context
 * @param startAt where to begin in a stream without a saved place; a stream that appears after the
 *     container started is read from its beginning
 * @param ackMode when the place in a stream is saved
 * @param order which records wait for each other
 * @param concurrency most calls of the listener at the same time, 1 to 256
 * @param maxPollRecords most records of one polled batch, 1 to 100,000
 * @param maxPollBytes payload bytes at which a polled batch ends, and from which on no more are
 *     read while they wait in memory with {@link DeliveryOrder#KEY}; at least 1
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
    boolean autoStartup,
    ReadFrom startAt,
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

  /** Checks that nothing is null; {@link #faults} checks the ranges. */
  public AofListenerOptions {
    Objects.requireNonNull(startAt, "startAt");
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
    return new Builder().build();
  }

  /** These options with changes. */
  public AofListenerOptions with(Consumer<Builder> changes) {
    Builder builder = new Builder(this);
    changes.accept(builder);
    return builder.build();
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

  /** Collects changes; not thread-safe. Each method sets what the record says of its name. */
  public static final class Builder {

    private boolean autoStartup = true;
    private ReadFrom startAt = ReadFrom.earliest();
    private AckMode ackMode = AckMode.BATCH;
    private DeliveryOrder order = DeliveryOrder.STREAM;
    private int concurrency = 1;
    private int maxPollRecords = 500;
    private long maxPollBytes = 8L * 1024 * 1024;
    private int maxUnacknowledged = 10_000;
    private Duration commitInterval = Duration.ofSeconds(1);
    private Duration discoveryInterval = Duration.ofSeconds(1);
    private Duration shutdownTimeout = Duration.ofSeconds(20);
    private OffsetLossPolicy onRetired = OffsetLossPolicy.STOP;
    private OffsetLossPolicy onDiverged = OffsetLossPolicy.STOP;
    private String deadLetterSuffix = ".dlq";

    private Builder() {}

    private Builder(AofListenerOptions from) {
      this.autoStartup = from.autoStartup;
      this.startAt = from.startAt;
      this.ackMode = from.ackMode;
      this.order = from.order;
      this.concurrency = from.concurrency;
      this.maxPollRecords = from.maxPollRecords;
      this.maxPollBytes = from.maxPollBytes;
      this.maxUnacknowledged = from.maxUnacknowledged;
      this.commitInterval = from.commitInterval;
      this.discoveryInterval = from.discoveryInterval;
      this.shutdownTimeout = from.shutdownTimeout;
      this.onRetired = from.onRetired;
      this.onDiverged = from.onDiverged;
      this.deadLetterSuffix = from.deadLetterSuffix;
    }

    /** See {@link AofListenerOptions#autoStartup()}. */
    public Builder autoStartup(boolean value) {
      autoStartup = value;
      return this;
    }

    /** See {@link AofListenerOptions#startAt()}. */
    public Builder startAt(ReadFrom value) {
      startAt = value;
      return this;
    }

    /** See {@link AofListenerOptions#ackMode()}. */
    public Builder ackMode(AckMode value) {
      ackMode = value;
      return this;
    }

    /** See {@link AofListenerOptions#order()}. */
    public Builder order(DeliveryOrder value) {
      order = value;
      return this;
    }

    /** See {@link AofListenerOptions#concurrency()}. */
    public Builder concurrency(int value) {
      concurrency = value;
      return this;
    }

    /** See {@link AofListenerOptions#maxPollRecords()}. */
    public Builder maxPollRecords(int value) {
      maxPollRecords = value;
      return this;
    }

    /** See {@link AofListenerOptions#maxPollBytes()}. */
    public Builder maxPollBytes(long value) {
      maxPollBytes = value;
      return this;
    }

    /** See {@link AofListenerOptions#maxUnacknowledged()}. */
    public Builder maxUnacknowledged(int value) {
      maxUnacknowledged = value;
      return this;
    }

    /** See {@link AofListenerOptions#commitInterval()}. */
    public Builder commitInterval(Duration value) {
      commitInterval = value;
      return this;
    }

    /** See {@link AofListenerOptions#discoveryInterval()}. */
    public Builder discoveryInterval(Duration value) {
      discoveryInterval = value;
      return this;
    }

    /** See {@link AofListenerOptions#shutdownTimeout()}. */
    public Builder shutdownTimeout(Duration value) {
      shutdownTimeout = value;
      return this;
    }

    /** See {@link AofListenerOptions#onRetired()}. */
    public Builder onRetired(OffsetLossPolicy value) {
      onRetired = value;
      return this;
    }

    /** See {@link AofListenerOptions#onDiverged()}. */
    public Builder onDiverged(OffsetLossPolicy value) {
      onDiverged = value;
      return this;
    }

    /** See {@link AofListenerOptions#deadLetterSuffix()}. */
    public Builder deadLetterSuffix(String value) {
      deadLetterSuffix = value;
      return this;
    }

    private AofListenerOptions build() {
      return new AofListenerOptions(
          autoStartup,
          startAt,
          ackMode,
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
  }
}
