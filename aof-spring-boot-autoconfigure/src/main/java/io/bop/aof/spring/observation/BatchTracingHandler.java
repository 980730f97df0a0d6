package io.bop.aof.spring.observation;

import io.bop.aof.RecordHeaders;
import io.micrometer.observation.Observation;
import io.micrometer.tracing.Link;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.TraceContext;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.handler.TracingObservationHandler;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Begins a span for a batch that a listener handles, with links to the spans that appended its
 * records: a batch has many producers, and a span has one parent. Stateless.
 *
 * <p>Links are made of W3C {@code traceparent} headers, at most {@link #MAX_LINKS} of them and none
 * twice.
 */
public final class BatchTracingHandler implements TracingObservationHandler<AofListenerContext> {

  /** Most links of a span; what OpenTelemetry's SDK keeps by default. */
  public static final int MAX_LINKS = 128;

  private static final String TRACEPARENT = "traceparent";
  private static final Pattern PARENT =
      Pattern.compile("[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?");

  private final Tracer tracer;

  /** Begins spans with that tracer. */
  public BatchTracingHandler(Tracer tracer) {
    this.tracer = Objects.requireNonNull(tracer, "tracer");
  }

  @Override
  public Tracer getTracer() {
    return tracer;
  }

  @Override
  public boolean supportsContext(Observation.Context context) {
    return context instanceof AofListenerContext listener && listener.isBatch();
  }

  @Override
  public void onStart(AofListenerContext context) {
    Span.Builder span = tracer.spanBuilder().kind(Span.Kind.CONSUMER);
    Span parent = getParentSpan(context);
    if (parent != null) {
      span.setParent(parent.context());
    }
    for (String producer : producers(context)) {
      TraceContext linked = parse(producer);
      if (linked != null) {
        span.addLink(new Link(linked));
      }
    }
    getTracingContext(context).setSpan(span.start());
  }

  private static Set<String> producers(AofListenerContext context) {
    Set<String> producers = new LinkedHashSet<>();
    for (RecordHeaders headers : context.headers()) {
      if (producers.size() == MAX_LINKS) {
        break;
      }
      headers.lastString(TRACEPARENT).ifPresent(producers::add);
    }
    return producers;
  }

  /* Null: written by somebody who does not know the form. */
  private @Nullable TraceContext parse(String parent) {
    Matcher parts = PARENT.matcher(parent);
    if (!parts.matches()) {
      return null;
    }
    boolean sampled = (Integer.parseInt(parts.group(3), 16) & 1) == 1;
    return tracer
        .traceContextBuilder()
        .traceId(parts.group(1))
        .spanId(parts.group(2))
        .sampled(sampled)
        .build();
  }

  @Override
  public void onStop(AofListenerContext context) {
    Span span = getRequiredSpan(context);
    tagSpan(context, span);
    span.name(getSpanName(context));
    endSpan(context, span);
  }

  @Override
  public void onError(AofListenerContext context) {
    Throwable error = context.getError();
    if (error != null) {
      getRequiredSpan(context).error(error);
    }
  }
}
