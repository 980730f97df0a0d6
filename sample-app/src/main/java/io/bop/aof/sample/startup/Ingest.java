package io.bop.aof.sample.startup;

import io.bop.aof.AppendResult.Appended;
import io.bop.aof.BackpressureException;
import io.bop.aof.sample.Flight;
import io.bop.aof.sample.FlightEvents;
import io.bop.aof.sample.FlightLog;
import io.bop.aof.sample.FlightLogProperties;
import io.bop.aof.sample.console.Numbers;
import io.bop.aof.sample.console.Step;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Appends events of the data set, in order, from one thread: an append has its place in the stream
 * when {@code appendAsync} returns, so thousands may wait for the disk together and the order is
 * still the caller's. The window bounds how many.
 */
@Component
final class Ingest {

  private static final int UPDATE_EVERY = 1024;
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(60);

  private final FlightLog flights;
  private final FlightEvents events;
  private final int window;
  private final StopSignal stop;

  Ingest(FlightLog flights, FlightEvents events, FlightLogProperties properties, StopSignal stop) {
    this.flights = flights;
    this.events = events;
    this.window = properties.window();
    this.stop = stop;
  }

  /**
   * What was appended and acknowledged.
   *
   * @param nextSeq number of the first event that was not appended
   * @param records how many
   * @param bytes bytes of their payloads
   * @param took from the first append to the last acknowledgement
   */
  record Result(long nextSeq, long records, long bytes, Duration took) {}

  /** Appends the events from {@code firstSeq} on until {@code bytes} are reached. */
  Result run(Step step, long firstSeq, long bytes) {
    Semaphore free = new Semaphore(window);
    AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    long seq = firstSeq;
    long appended = 0;
    while (appended < bytes && !stop.stopping() && failure.get() == null) {
      free.acquireUninterruptibly();
      var unused =
          appendInOrder(events.event(seq))
              .whenComplete(
                  (result, thrown) -> {
                    if (thrown != null) {
                      failure.compareAndSet(null, thrown);
                    }
                    free.release();
                  });
      appended += events.payloadSize(seq);
      seq++;
      if (seq % UPDATE_EVERY == 0) {
        long count = seq - firstSeq;
        long size = appended;
        step.update(size, () -> progress(count, size, step.elapsed()));
      }
    }
    awaitAll(free);
    Throwable thrown = failure.get();
    if (thrown != null) {
      throw new IllegalStateException("an append failed: event=" + seq, unwrap(thrown));
    }
    return new Result(seq, seq - firstSeq, appended, step.elapsed());
  }

  private void awaitAll(Semaphore free) {
    try {
      if (!free.tryAcquire(window, LONGEST_WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IllegalStateException(
            "appends were not acknowledged in time: waiting=" + (window - free.availablePermits()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while appends were acknowledged", e);
    }
  }

  // A refusal means that nothing was written. It is known when the call returns, so the event is
  // offered again before the next one: the order never breaks.
  private CompletableFuture<Appended> appendInOrder(Flight flight) {
    long refusedMillis = 0;
    while (true) {
      CompletableFuture<Appended> result = flights.appendAsync(flight);
      BackpressureException refusal = refusal(result);
      if (refusal == null || stop.stopping() || refusedMillis > LONGEST_WAIT.toMillis()) {
        return result;
      }
      long pause = Math.max(1, Math.min(1000, refusal.retryAfter().toMillis()));
      refusedMillis += pause;
      sleep(pause);
    }
  }

  private static @Nullable BackpressureException refusal(CompletableFuture<Appended> result) {
    if (!result.isCompletedExceptionally()) {
      return null;
    }
    try {
      result.join();
      return null;
    } catch (CompletionException e) {
      return unwrap(e) instanceof BackpressureException refusal ? refusal : null;
    }
  }

  private static Throwable unwrap(Throwable thrown) {
    return thrown instanceof CompletionException && thrown.getCause() != null
        ? thrown.getCause()
        : thrown;
  }

  private static void sleep(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for room", e);
    }
  }

  private static String progress(long count, long bytes, Duration elapsed) {
    return Numbers.count(count) + " records, " + Numbers.byteRate(bytes, elapsed);
  }
}
