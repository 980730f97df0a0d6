package io.bop.aof.spring.boot.endpoint;

import io.bop.aof.AofStream;
import io.bop.aof.StreamSnapshot.Segment;
import io.bop.aof.Tier;
import io.bop.aof.VerifyReport;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Carries out what is asked of a stream. Stateless. */
final class StreamOperations {

  private static final Duration DEFAULT_WAIT = Duration.ofSeconds(30);
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(10);
  private static final long LOOK_NANOS = Duration.ofMillis(20).toNanos();

  private StreamOperations() {}

  /** What comes with an operation, as text; null: not given. */
  record Parameters(
      @Nullable String from,
      @Nullable String to,
      @Nullable String offset,
      @Nullable String timeout) {

    private long fromOffset(AofStream stream) {
      return Arguments.number("from", from, stream.startOffset(), 0, Long.MAX_VALUE);
    }

    private long toOffset(AofStream stream) {
      return Arguments.number("to", to, stream.nextOffset(), 0, Long.MAX_VALUE);
    }
  }

  static Map<String, Object> run(
      AofStream stream, StreamOperation operation, Parameters parameters) {
    return switch (operation) {
      case FLUSH -> {
        stream.flush();
        yield Map.of("durableOffset", stream.durableOffset());
      }
      case SEAL -> {
        stream.seal();
        yield Map.of("nextOffset", stream.nextOffset());
      }
      case TRUNCATE -> truncate(stream, parameters);
      case PREFETCH ->
          Map.of(
              "segments",
              stream.prefetch(parameters.fromOffset(stream), parameters.toOffset(stream)));
      case HYDRATE -> hydrate(stream, parameters);
      case VERIFY -> verify(stream, parameters);
    };
  }

  private static Map<String, Object> truncate(AofStream stream, Parameters parameters) {
    String text = Arguments.required("offset", parameters.offset());
    long offset = Arguments.number("offset", text, 0, 0, Long.MAX_VALUE);
    stream.truncateBefore(offset);
    return Map.of("startOffset", stream.startOffset());
  }

  private static Map<String, Object> hydrate(AofStream stream, Parameters parameters) {
    long from = parameters.fromOffset(stream);
    long to = parameters.toOffset(stream);
    Duration timeout =
        Arguments.duration("timeout", parameters.timeout(), DEFAULT_WAIT, LONGEST_WAIT);
    long deadline = System.nanoTime() + timeout.toNanos();
    int segments = stream.prefetch(from, to);
    long cold = cold(stream, from, to);
    while (cold > 0
        && System.nanoTime() - deadline < 0
        && !Thread.currentThread().isInterrupted()) {
      LockSupport.parkNanos(LOOK_NANOS);
      cold = cold(stream, from, to);
    }
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("segments", segments);
    result.put("stillCold", cold);
    return result;
  }

  private static long cold(AofStream stream, long from, long to) {
    long cold = 0;
    for (Segment segment : stream.snapshot().segments()) {
      boolean isWanted = segment.baseOffset() < to && segment.nextOffset() > from;
      if (isWanted && segment.residency().equals(Set.of(Tier.TIER2))) {
        cold++;
      }
    }
    return cold;
  }

  private static Map<String, Object> verify(AofStream stream, Parameters parameters) {
    VerifyReport report = stream.verify(parameters.fromOffset(stream), parameters.toOffset(stream));
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("segments", report.segments());
    result.put("intactCopies", report.copies());
    result.put("bytes", report.bytes());
    result.put("damaged", report.damaged());
    result.put("unverified", report.unverified());
    result.put("tookMillis", report.took().toMillis());
    return result;
  }
}
