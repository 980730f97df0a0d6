package io.bop.aof.spring.observation;

import io.bop.aof.AofReader;
import io.bop.aof.AppendRequest;
import io.bop.aof.AppendResult.Appended;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Observes what a template does: {@link AofObservation#APPEND} and {@link AofObservation#REPLAY}.
 * Immutable; safe for use by many threads.
 *
 * @param registry where observations go
 * @param append name and keys of appends
 * @param replay name and keys of replays
 */
public record AofTemplateObservation(
    ObservationRegistry registry, AofAppendConvention append, AofReplayConvention replay) {

  /** Nothing may be null. */
  public AofTemplateObservation {
    Objects.requireNonNull(registry, "registry");
    Objects.requireNonNull(append, "append");
    Objects.requireNonNull(replay, "replay");
  }

  /** With the default conventions. */
  public static AofTemplateObservation of(ObservationRegistry registry) {
    return new AofTemplateObservation(
        registry, new DefaultAofAppendConvention(), new DefaultAofReplayConvention());
  }

  /**
   * Appends, observed. The trace context is added to the headers of each request.
   *
   * @param appending does it, with the requests built
   */
  public Appended append(
      String stream,
      List<AppendRequest.Builder> requests,
      Function<List<AppendRequest>, Appended> appending) {
    if (registry.isNoop()) {
      return appending.apply(built(requests));
    }
    AofAppendContext context = new AofAppendContext(stream, requests);
    return started(context)
        .observe(
            () -> {
              Appended appended = appending.apply(built(context, requests));
              context.offset(appended.offset());
              return appended;
            });
  }

  /** Like {@link #append}; ends when the future does, before those who wait for it go on. */
  public CompletableFuture<Appended> appendAsync(
      String stream,
      AppendRequest.Builder request,
      Function<AppendRequest, CompletableFuture<Appended>> appending) {
    if (registry.isNoop()) {
      return appending.apply(request.build());
    }
    List<AppendRequest.Builder> requests = List.of(request);
    AofAppendContext context = new AofAppendContext(stream, requests);
    Observation observation = started(context).start();
    CompletableFuture<Appended> future;
    try {
      future = observation.scoped(() -> appending.apply(built(context, requests).get(0)));
    } catch (RuntimeException | Error e) {
      // The scope has told of it.
      observation.stop();
      throw e;
    }
    return stoppedWith(future, observation, context);
  }

  /**
   * A future of its own, and not one that depends on the store's: that would wrap what the store
   * refuses, and callers would see other exceptions when they are observed.
   */
  private static CompletableFuture<Appended> stoppedWith(
      CompletableFuture<Appended> future, Observation observation, AofAppendContext context) {
    CompletableFuture<Appended> result = new CompletableFuture<>();
    CompletableFuture<Appended> unused =
        future.whenComplete(
            (appended, failure) -> {
              try {
                if (failure != null) {
                  observation.error(failure);
                } else {
                  context.offset(appended.offset());
                }
                observation.stop();
              } finally {
                if (failure != null) {
                  result.completeExceptionally(failure);
                } else {
                  result.complete(appended);
                }
              }
            });
    return result;
  }

  /** A reader that is observed from now until it is closed, its opening included. */
  public AofReader replay(String stream, Supplier<AofReader> opening) {
    if (registry.isNoop()) {
      return opening.get();
    }
    AofReplayContext context = new AofReplayContext(stream);
    Observation observation =
        AofObservation.REPLAY.start(
            replay, new DefaultAofReplayConvention(), () -> context, registry);
    return ObservedReader.open(observation, context, opening);
  }

  private Observation started(AofAppendContext context) {
    return AofObservation.APPEND.observation(
        append, new DefaultAofAppendConvention(), () -> context, registry);
  }

  private static List<AppendRequest> built(
      AofAppendContext context, List<AppendRequest.Builder> requests) {
    List<AppendRequest> built = built(requests);
    context.bytes(built.stream().mapToLong(request -> request.payload().length).sum());
    return built;
  }

  private static List<AppendRequest> built(List<AppendRequest.Builder> requests) {
    List<AppendRequest> built = new ArrayList<>(requests.size());
    requests.forEach(request -> built.add(request.build()));
    return built;
  }
}
