package io.bop.aof;

import java.time.Duration;

/**
 * How a reader reads. Immutable.
 *
 * @param visibility which records it sees
 * @param readAhead how many runs of records are prepared ahead of a sequential reader, 0 to 16;
 *     {@link #AS_CONFIGURED}: as many as {@code tier1.hydration.read-ahead} of the store says
 * @param coldPolicy what to do when only Tier 2 holds the bytes
 * @param clampToStart begin at the start when the wanted offset was retired, instead of failing
 * @param deadline how long one step may wait for a colder tier
 */
public record ReadOptions(
    Visibility visibility,
    int readAhead,
    ColdPolicy coldPolicy,
    boolean clampToStart,
    Duration deadline) {

  /** Most runs that can be read ahead. */
  public static final int MAX_READ_AHEAD = 16;

  /** The read-ahead of the store's configuration. */
  public static final int AS_CONFIGURED = -1;

  private static final ReadOptions DEFAULTS =
      new ReadOptions(
          Visibility.DURABLE, AS_CONFIGURED, ColdPolicy.FETCH, false, Duration.ofSeconds(30));

  /** Checks the ranges. */
  public ReadOptions {
    if (readAhead < AS_CONFIGURED || readAhead > MAX_READ_AHEAD) {
      throw new IllegalArgumentException(
          "readAhead must be 0 to " + MAX_READ_AHEAD + ", or AS_CONFIGURED: " + readAhead);
    }
    if (deadline.isNegative() || deadline.isZero()) {
      throw new IllegalArgumentException("deadline must be positive: " + deadline);
    }
  }

  /** Durable records, read-ahead as configured, cold bytes fetched, 30 seconds. */
  public static ReadOptions defaults() {
    return DEFAULTS;
  }

  /** These options with another visibility. */
  public ReadOptions withVisibility(Visibility value) {
    return new ReadOptions(value, readAhead, coldPolicy, clampToStart, deadline);
  }

  /** These options with another read-ahead. */
  public ReadOptions withReadAhead(int value) {
    return new ReadOptions(visibility, value, coldPolicy, clampToStart, deadline);
  }

  /** These options with another cold policy. */
  public ReadOptions withColdPolicy(ColdPolicy value) {
    return new ReadOptions(visibility, readAhead, value, clampToStart, deadline);
  }

  /** These options, beginning at the start when the wanted offset was retired, or not. */
  public ReadOptions withClampToStart(boolean value) {
    return new ReadOptions(visibility, readAhead, coldPolicy, value, deadline);
  }

  /** These options with another deadline. */
  public ReadOptions withDeadline(Duration value) {
    return new ReadOptions(visibility, readAhead, coldPolicy, clampToStart, value);
  }

  /** Which records a reader sees. */
  public enum Visibility {
    /** Only what survives a power loss: what was read once can never vanish. */
    DURABLE,
    /** All that is committed in memory too. */
    COMMITTED
  }

  /** What to do when only Tier 2 holds the bytes. */
  public enum ColdPolicy {
    /** Read the ranges that are needed; hydrate when the access pattern pays for it. */
    FETCH,
    /** Read ranges, never hydrate. */
    FETCH_ONLY,
    /** Throw {@link BackpressureException} of kind {@link BackpressureKind#HYDRATION}. */
    REFUSE
  }
}
