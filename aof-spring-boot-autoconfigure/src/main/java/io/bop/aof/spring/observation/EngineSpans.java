package io.bop.aof.spring.observation;

import io.bop.aof.CompressionProfile;
import io.bop.aof.DrillReport;
import io.bop.aof.EngineListener;
import io.bop.aof.RecoveryReport;
import io.bop.aof.Tier;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.TraceContext;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.handler.TracingObservationHandler.TracingContext;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Makes spans of what the engine does by itself, after the fact. Thread-safe.
 *
 * <p>Moves of segments and the recovery are traces of their own: nobody asked for them. A fetch
 * from Tier 2 belongs to the replay that waits for it, or else to the span that is current on the
 * reading thread. Flushes happen many times a second, so only long and failed ones become spans.
 */
public final class EngineSpans implements EngineListener {

  /*
   * All spans are told of by the thread that did the work, so that the time of the call is the
   * end, and the start follows from how long it took.
   */

  private static final String STREAM = AofObservation.HighKey.STREAM.asString();
  private static final String BYTES = AofObservation.HighKey.BYTES.asString();
  private static final String SEGMENT = "aof.segment";

  private final Tracer tracer;
  private final Clock clock;
  private final Duration longFlush;

  /**
   * Tells that tracer.
   *
   * @param clock where spans get their times from
   * @param longFlush duration from which a flush becomes a span
   */
  public EngineSpans(Tracer tracer, Clock clock, Duration longFlush) {
    this.tracer = Objects.requireNonNull(tracer, "tracer");
    this.clock = Objects.requireNonNull(clock, "clock");
    this.longFlush = Objects.requireNonNull(longFlush, "longFlush");
  }

  @Override
  public void opened(RecoveryReport report) {
    Span.Builder span = alone("aof.recovery").tag("aof.segments", report.scannedSegments());
    span.tag("aof.records", report.recoveredRecords());
    span.tag("aof.truncated.bytes", report.truncatedBytes());
    end(span, report.took(), Duration.ZERO);
  }

  @Override
  public void flushed(String stream, long bytes, Duration took, @Nullable Throwable failure) {
    if (failure == null && took.compareTo(longFlush) < 0) {
      return;
    }
    Span.Builder span = alone("aof.flush").tag(STREAM, stream).tag(BYTES, bytes);
    end(failure == null ? span : span.error(failure), took, Duration.ZERO);
  }

  @Override
  public void compressed(
      String stream,
      long segment,
      CompressionProfile profile,
      long bytesIn,
      long bytesOut,
      Duration took) {
    Span.Builder span = alone("aof.compression", stream, segment);
    span.tag("aof.profile", word(profile)).tag(BYTES, bytesIn);
    end(span.tag("aof.compressed.bytes", bytesOut), took, Duration.ZERO);
  }

  @Override
  public void uploaded(String stream, long segment, long bytes, Duration took) {
    Span.Builder span = alone("aof.upload", stream, segment).kind(Span.Kind.CLIENT);
    end(span.tag(BYTES, bytes), took, Duration.ZERO);
  }

  @Override
  public void fetched(String stream, long segment, long bytes, Duration took, Duration since) {
    Span.Builder span = tracer.spanBuilder().name("aof.fetch").kind(Span.Kind.CLIENT);
    TraceContext replay = replay();
    if (replay != null) {
      span.setParent(replay);
    }
    end(span.tag(STREAM, stream).tag(SEGMENT, segment).tag(BYTES, bytes), took, since);
  }

  private static @Nullable TraceContext replay() {
    AofReplayContext context = ObservedReader.reading();
    TracingContext tracing = context == null ? null : context.get(TracingContext.class);
    Span span = tracing == null ? null : tracing.getSpan();
    return span == null ? null : span.context();
  }

  @Override
  public void hydrated(String stream, long segment, Tier from, Tier to, long bytes, Duration took) {
    Span.Builder span = alone("aof.hydration", stream, segment);
    span.tag("aof.from", word(from)).tag("aof.to", word(to)).tag(BYTES, bytes);
    end(span, took, Duration.ZERO);
  }

  @Override
  public void drilled(DrillReport report) {
    Span.Builder span = alone("aof.drill").tag("aof.records", report.recordsRead());
    end(span, report.took(), Duration.ZERO);
  }

  @Override
  public void failed(String stream, long segment, String operation, Throwable failure) {
    Span.Builder span = alone("aof.failure", stream, segment).tag("aof.operation", operation);
    end(span.error(failure), Duration.ZERO, Duration.ZERO);
  }

  private Span.Builder alone(String name) {
    return tracer.spanBuilder().setNoParent().name(name);
  }

  private Span.Builder alone(String name, String stream, long segment) {
    return alone(name).tag(STREAM, stream).tag(SEGMENT, segment);
  }

  private void end(Span.Builder span, Duration took, Duration since) {
    Instant end = clock.instant().minus(since);
    span.startTimestamp(micros(end.minus(took)), TimeUnit.MICROSECONDS)
        .start()
        .end(micros(end), TimeUnit.MICROSECONDS);
  }

  private static long micros(Instant instant) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
