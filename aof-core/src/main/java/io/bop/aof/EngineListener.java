package io.bop.aof;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Is told what the engine did and how long it took. All methods do nothing by default.
 *
 * <p>Called on the engine's own threads, some of them holding up progress: return quickly, do not
 * call the store, do not throw (what is thrown is logged, counted and dropped). Of appends only a
 * sample is told of; snapshots count all of them.
 */
public interface EngineListener {

  /** Does nothing. */
  EngineListener NOOP = new EngineListener() {};

  /** The store is open. */
  default void opened(RecoveryReport report) {}

  /** A stream was created. */
  default void streamCreated(String stream) {}

  /** A stream got a new active segment. */
  default void segmentOpened(String stream, long segment, long baseOffset) {}

  /**
   * A stream got the room for its next segment.
   *
   * @param waited since it asked for it; zero when there was some at hand
   */
  default void activated(String stream, Duration waited) {}

  /**
   * One append out of 64 or so, the first one of a stream among them. Told when its records are
   * readable, with {@link Durability#MEMORY}; and once more, with the durability that was asked
   * for, when the append waited for more.
   *
   * @param records how many were appended at once
   * @param bytes what they take in the segment, headers and padding included
   * @param took from the call on
   */
  default void appended(
      String stream, int records, long bytes, Durability reached, Duration took) {}

  /** A segment is durable and immutable. */
  default void segmentSealed(String stream, long segment, long recordCount, long bytes) {}

  /** A force of {@code bytes} new bytes ended; {@code failure} is null when it succeeded. */
  default void flushed(String stream, long bytes, Duration took, @Nullable Throwable failure) {}

  /** An append waited for a bounded resource. */
  default void backpressure(
      String stream, BackpressureKind kind, Duration waited, boolean refused) {}

  /** A segment was compressed into a verified warm file. */
  default void compressed(
      String stream,
      long segment,
      CompressionProfile profile,
      long bytesIn,
      long bytesOut,
      Duration took) {}

  /** A segment's object is confirmed and recorded. */
  default void uploaded(String stream, long segment, long bytes, Duration took) {}

  /**
   * One request to Tier 2 ended; each attempt of a call is one.
   *
   * @param took until its end, without waiting for its turn
   * @param bytes of the object or range that was sent or received; 0 when it failed
   */
  default void tier2Request(RequestKind kind, RequestOutcome outcome, Duration took, long bytes) {}

  /**
   * The oldest sealed segment that is not in Tier 2 is older than {@code
   * tier2.archive-lag-warning}: told once, until {@link #archiveCaughtUp}.
   */
  default void archiveLagging(String stream, long segment, Duration age) {}

  /** After {@link #archiveLagging}: none is that old any more, {@code lasted} later. */
  default void archiveCaughtUp(Duration lasted) {}

  /**
   * A circuit breaker of Tier 2 changed its state; {@code reason} is what made it open, else null.
   */
  default void breakerChanged(
      Tier2Direction direction, BreakerState from, BreakerState to, @Nullable String reason) {}

  /** A local copy was dropped. */
  default void evicted(String stream, long segment, Tier tier, long bytes) {}

  /** A colder copy was brought nearer. */
  default void hydrated(
      String stream, long segment, Tier from, Tier to, long bytes, Duration took) {}

  /**
   * A reader took bytes that were fetched from Tier 2 for it: what was read ahead and not taken is
   * not told of. Called on the thread that reads.
   *
   * @param took from the request to the arrival of its bytes, retries included
   * @param since time since they arrived; about zero when the reader waited for them
   */
  default void fetched(String stream, long segment, long bytes, Duration took, Duration since) {}

  /** A copy was found damaged or missing; it is made again if another one is intact. */
  default void damaged(String stream, long segment, Tier tier, String reason) {}

  /** A copy that was damaged or missing was made again, or is not needed any more. */
  default void repaired(String stream, long segment, Tier tier) {}

  /** All sealed copies were verified once more; damage was told of by {@link #damaged} as well. */
  default void scrubbed(ScrubReport report) {}

  /** The restore was rehearsed. */
  default void drilled(DrillReport report) {}

  /** A segment was removed everywhere. */
  default void retired(String stream, long segment) {}

  /**
   * The disk has no room at {@code path}, a directory of the store: told once, until {@link
   * #storageAvailable} is told of the same path.
   */
  default void storageFull(String path, long neededBytes, long freeBytes) {}

  /** The disk has room again at {@code path}. */
  default void storageAvailable(String path) {}

  /** A background step failed; the engine goes on or says in health why it cannot. */
  default void failed(String stream, long segment, String operation, Throwable failure) {}
}
