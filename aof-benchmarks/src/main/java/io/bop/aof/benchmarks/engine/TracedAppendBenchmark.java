package io.bop.aof.benchmarks.engine;

import io.bop.aof.AofConfig;
import io.bop.aof.AofStore;
import io.bop.aof.AofStream;
import io.bop.aof.AppendResult.Appended;
import io.bop.aof.Durability;
import io.bop.aof.benchmarks.Directories;
import io.bop.aof.spring.core.AofTemplate;
import io.bop.aof.spring.core.AofTemplateOptions;
import io.bop.aof.spring.core.DefaultAofRecordConverter;
import io.bop.aof.spring.observation.AofTemplateObservation;
import io.bop.aof.spring.observation.EngineSpans;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.tracing.handler.DefaultTracingObservationHandler;
import io.micrometer.tracing.handler.PropagatingSenderTracingObservationHandler;
import io.micrometer.tracing.otel.bridge.OtelCurrentTraceContext;
import io.micrometer.tracing.otel.bridge.OtelPropagator;
import io.micrometer.tracing.otel.bridge.OtelTracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What tracing costs an append of 64 bytes by the template with durability {@code MEMORY}. Spans go
 * through OpenTelemetry's SDK to an exporter that drops them: what a network costs is not ours.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 15)
@Measurement(iterations = 40)
@Fork(2)
@SuppressWarnings("NullAway.Init") // JMH calls open before anything else
public class TracedAppendBenchmark {

  private static final int APPENDS = 100_000;

  /** How much is traced. */
  public enum Tracing {
    /** There is no tracer. */
    OFF,
    /** The store's own moves are traced; appends are not observed, as by default. */
    MOVES,
    /** Appends are observed too, and one of ten is sampled, which is Spring Boot's default. */
    TENTH,
    /** Each append is a span. */
    ALL
  }

  /** How much is traced. */
  @Param public Tracing tracing;

  private final byte[] payload = new byte[64];
  private Path dir;
  private SdkTracerProvider spans;
  private AofStore store;
  private AofStream stream;
  private AofTemplate template;

  /** Opens a store that keeps a round in Tier 0 and forces nothing meanwhile. */
  @Setup
  public void open() throws IOException {
    dir = Files.createTempDirectory("aof-traced");
    AofConfig.Builder config =
        Stores.hotConfig(dir, Durability.MEMORY, 2 * Stores.LARGE_SEGMENT, Stores.LARGE_SEGMENT);
    spans =
        SdkTracerProvider.builder()
            .setSampler(
                Sampler.parentBased(Sampler.traceIdRatioBased(tracing == Tracing.ALL ? 1 : 0.1)))
            .addSpanProcessor(BatchSpanProcessor.builder(new Dropping()).build())
            .build();
    io.opentelemetry.api.trace.Tracer sdk = spans.get("aof");
    OtelTracer tracer = new OtelTracer(sdk, new OtelCurrentTraceContext(), event -> {});
    if (tracing != Tracing.OFF) {
      config.listener(new EngineSpans(tracer, Clock.systemUTC(), Duration.ofMillis(100)));
    }
    store = AofStore.open(config.build());
    stream = store.stream("s");
    template =
        new AofTemplate(
            store,
            new DefaultAofRecordConverter(),
            AofTemplateOptions.defaults().withObservation(observation(sdk, tracer)));
  }

  /* As the starter does it: what is not to be observed gets no observation. */
  private @Nullable AofTemplateObservation observation(
      io.opentelemetry.api.trace.Tracer sdk, OtelTracer tracer) {
    if (tracing == Tracing.OFF || tracing == Tracing.MOVES) {
      return null;
    }
    OtelPropagator propagator =
        new OtelPropagator(ContextPropagators.create(W3CTraceContextPropagator.getInstance()), sdk);
    ObservationRegistry registry = ObservationRegistry.create();
    registry
        .observationConfig()
        .observationHandler(new PropagatingSenderTracingObservationHandler<>(tracer, propagator))
        .observationHandler(new DefaultTracingObservationHandler(tracer));
    return AofTemplateObservation.of(registry);
  }

  private static final class Dropping implements SpanExporter {
    @Override
    public CompletableResultCode export(Collection<SpanData> dropped) {
      return CompletableResultCode.ofSuccess();
    }

    @Override
    public CompletableResultCode flush() {
      return CompletableResultCode.ofSuccess();
    }

    @Override
    public CompletableResultCode shutdown() {
      return CompletableResultCode.ofSuccess();
    }
  }

  /** Appends. */
  @Benchmark
  @OperationsPerInvocation(APPENDS)
  public Appended append() {
    @Nullable Appended last = null;
    for (int n = 0; n < APPENDS; n++) {
      last = template.append("s", payload);
    }
    return Objects.requireNonNull(last);
  }

  /** Gives the room back. */
  @TearDown(Level.Iteration)
  public void empty() {
    Stores.empty(store, stream);
  }

  /** Closes the store. */
  @TearDown(Level.Trial)
  public void close() throws IOException {
    store.close();
    spans.close();
    Directories.delete(dir);
  }
}
