package io.bop.aof.coordinator;

import io.bop.aof.AofConfig;
import io.bop.aof.RetentionConfig;
import io.bop.aof.StreamConfig;
import io.bop.aof.manifest.SegmentEntry;
import io.bop.aof.manifest.StreamLedger;
import io.bop.aof.segment.HotSegment;
import io.bop.aof.tier0.HotStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Which segments are too old, or too many. Pure but for the clock that it is given. */
final class Retention {

  /** One pass retires at most this share of a stream, so that no clock can expire it in bulk. */
  private static final int MOST_OF_STREAM_DIVISOR = 20;

  /** A time at which nothing has an age. */
  static final long NO_AGES = 0;

  private Retention() {}

  /** Whether anything in the configuration asks for a look now and then. */
  static boolean isConfigured(AofConfig config) {
    return config.segment().maxAge() != null
        || isSet(config.retention())
        || config.streams().values().stream().anyMatch(Retention::asksForLooks);
  }

  private static boolean asksForLooks(StreamConfig stream) {
    RetentionConfig retention = stream.retention();
    return stream.segmentMaxAge() != null || (retention != null && isSet(retention));
  }

  private static boolean isSet(RetentionConfig retention) {
    return retention.maxAge() != null || retention.maxBytes() != null;
  }

  /** Whether the stream's active segment has its age. */
  static boolean isTooOld(Parts parts, HotStream stream) {
    StreamConfig own = parts.config().streams().get(stream.name());
    Duration limit = parts.config().segment().maxAge();
    if (own != null && own.segmentMaxAge() != null) {
      limit = own.segmentMaxAge();
    }
    HotSegment active = stream.active();
    return limit != null
        && active.hasBytes()
        && parts.host().time().nanoTime() - active.openedNanos() > limit.toNanos();
  }

  /**
   * The offset from which on the stream is kept; its start when all of it is.
   *
   * @param nowMicros of the wall clock, or {@link #NO_AGES}
   */
  static long keepFrom(AofConfig config, StreamLedger stream, long nowMicros) {
    StreamConfig own = config.streams().get(stream.name());
    @Nullable RetentionConfig ownRetention = own == null ? null : own.retention();
    RetentionConfig retention = ownRetention != null ? ownRetention : config.retention();
    long keep = stream.startOffset();
    if (!isSet(retention)) {
      return keep;
    }
    List<SegmentEntry> segments = stream.segments();
    long total = segments.stream().mapToLong(SegmentEntry::bytes).sum();
    int most = Math.max(1, segments.size() / MOST_OF_STREAM_DIVISOR);
    for (SegmentEntry entry : segments.subList(0, Math.min(most, segments.size()))) {
      if (!entry.isSealed()
          || !(isExpired(entry, retention.maxAge(), nowMicros)
              || isSurplus(total, retention.maxBytes()))) {
        break;
      }
      keep = Math.max(keep, entry.nextOffset());
      total -= entry.bytes();
    }
    return keep;
  }

  private static boolean isExpired(SegmentEntry entry, @Nullable Duration maxAge, long nowMicros) {
    return maxAge != null
        && nowMicros - entry.sealedAtMicros() > TimeUnit.NANOSECONDS.toMicros(maxAge.toNanos());
  }

  private static boolean isSurplus(long totalBytes, @Nullable Long maxBytes) {
    return maxBytes != null && totalBytes > maxBytes;
  }
}
