package io.bop.aof.spring.boot.endpoint;

import io.bop.aof.SegmentState;
import io.bop.aof.StreamSnapshot;
import io.bop.aof.Tier;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/** The answer about one stream. Names and order are a contract: see the reference page. */
record StreamDetail(
    String name,
    long streamId,
    long startOffset,
    long nextOffset,
    long durableOffset,
    long archivedOffset,
    long unflushedBytes,
    long appendedRecords,
    long appendedBytes,
    @Nullable String failure,
    Page page,
    List<SegmentDescriptor> segments)
    implements OperationResponseBody {

  /** One segment. */
  record SegmentDescriptor(
      long id,
      SegmentState state,
      List<Tier> residency,
      boolean needsRecovery,
      long baseOffset,
      long nextOffset,
      long bytes,
      long compressedBytes,
      @Nullable String minTimestamp,
      @Nullable String maxTimestamp,
      @Nullable String objectKey) {

    static SegmentDescriptor of(StreamSnapshot.Segment segment) {
      return new SegmentDescriptor(
          segment.id(),
          segment.state(),
          segment.residency().stream().sorted().toList(),
          segment.needsRecovery(),
          segment.baseOffset(),
          segment.nextOffset(),
          segment.bytes(),
          segment.compressedBytes(),
          time(segment.minTimestampMicros()),
          time(segment.maxTimestampMicros()),
          segment.objectKey());
    }

    private static @Nullable String time(long micros) {
      return micros == 0 ? null : Instant.EPOCH.plus(micros, ChronoUnit.MICROS).toString();
    }
  }

  static StreamDetail of(StreamSnapshot stream, PageRequest wanted) {
    return new StreamDetail(
        stream.name(),
        stream.streamId(),
        stream.startOffset(),
        stream.nextOffset(),
        stream.durableOffset(),
        stream.archivedOffset(),
        stream.unflushedBytes(),
        stream.traffic().appendedRecords(),
        stream.traffic().appendedBytes(),
        stream.failure(),
        wanted.page(stream.segments().size()),
        wanted.of(stream.segments()).stream().map(SegmentDescriptor::of).toList());
  }
}
