package io.bop.aof.sample;

import io.bop.aof.AofRecord;
import io.bop.aof.AofSnapshot;
import io.bop.aof.AofStore;
import io.bop.aof.AppendResult.Appended;
import io.bop.aof.ReadFrom;
import io.bop.aof.ReadOptions;
import io.bop.aof.StreamSnapshot;
import io.bop.aof.spring.core.AofMessage;
import io.bop.aof.spring.core.AofTemplate;
import io.bop.aof.spring.core.TailOptions;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/**
 * The stream of flights: the one place of this application that talks to {@link AofTemplate}. Keeps
 * account of what was acknowledged. Safe for use by many threads.
 */
@Component
public class FlightLog {

  private final AofTemplate aof;
  private final AofStore store;
  private final String stream;
  private final Acknowledgements acknowledgements;

  FlightLog(
      AofTemplate aof,
      AofStore store,
      FlightLogProperties properties,
      Acknowledgements acknowledgements) {
    this.aof = aof;
    this.store = store;
    this.stream = properties.stream();
    this.acknowledgements = acknowledgements;
  }

  /** The name of the stream. */
  public String stream() {
    return stream;
  }

  /** Appends a flight as JSON and waits until it is as safe as {@code aof.durability} says. */
  public Appended append(Flight flight) {
    Appended appended = aof.append(stream, flight);
    acknowledgements.acknowledged(appended.offset() + 1);
    return appended;
  }

  /** Appends a flight; it has its place when this returns, and is safe when the future says so. */
  public CompletableFuture<Appended> appendAsync(Flight flight) {
    return aof.appendAsync(stream, flight)
        .whenComplete(
            (appended, failure) -> {
              if (appended != null) {
                acknowledgements.acknowledged(appended.offset() + 1);
              }
            });
  }

  /** All records from {@code from} to the end of the stream as it is now; to be closed. */
  public Stream<AofRecord> replay(ReadFrom from) {
    return aof.replayRecords(stream, from, ReadOptions.defaults());
  }

  /** Like {@link #replay}, with the flights read from their JSON. */
  public Stream<AofMessage<Flight>> messages(ReadFrom from) {
    return aof.replayMessages(stream, Flight.class, from, ReadOptions.defaults());
  }

  /** The flight at {@code offset}; empty when there is none yet. */
  public Optional<AofMessage<Flight>> find(long offset) {
    return aof.readOneMessage(stream, offset, Flight.class);
  }

  /**
   * All flights from {@code from} on, waiting for more at the end; to be closed.
   *
   * @param stopWhen asked several times a second; the tail ends when it is true
   */
  public Stream<AofMessage<Flight>> tail(ReadFrom from, BooleanSupplier stopWhen) {
    return aof.tail(stream, Flight.class, TailOptions.from(from).stopWhen(stopWhen));
  }

  /** The state of the stream. */
  public StreamSnapshot snapshot() {
    return store.stream(stream).snapshot();
  }

  /** The state of the whole store. */
  public AofSnapshot storeSnapshot() {
    return store.snapshot();
  }
}
