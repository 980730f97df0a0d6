package io.bop.aof.sample;

import io.bop.aof.AofStore;
import io.bop.aof.spring.annotation.AofListener;
import io.bop.aof.spring.core.AofMessage;
import io.bop.aof.spring.listener.AofListenerEndpointRegistry;
import java.util.ArrayList;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * How late flights leave each airport: a projection, which a listener of the stream keeps up to
 * date. Safe for use by many threads.
 *
 * <p>The store keeps the listener's place in the stream, so that it goes on there after a restart.
 * This table is in memory and does not survive one, so each start forgets the place and reads the
 * stream from its beginning. A table in a database would be saved, and the place kept.
 */
@Component
public class Delays {

  /** Names the listener's place in the stream. */
  static final String LISTENER = "delays";

  private final FlightLog flights;
  private final AofStore store;
  private final AofListenerEndpointRegistry listeners;
  private final boolean serves;
  private final Map<String, IntSummaryStatistics> byAirport = new TreeMap<>();
  private long nextOffset;

  Delays(
      FlightLog flights,
      AofStore store,
      AofListenerEndpointRegistry listeners,
      FlightLogProperties properties) {
    this.flights = flights;
    this.store = store;
    this.listeners = listeners;
    this.serves = !properties.exitAfterSummary();
  }

  /**
   * The flights of one airport.
   *
   * @param airport where they leave, IATA code
   * @param flights how many
   * @param averageMinutes how late they leave, to a tenth; negative: early
   * @param longestMinutes how late the latest of them left
   */
  public record Delay(String airport, long flights, double averageMinutes, int longestMinutes) {

    private static Delay of(String airport, IntSummaryStatistics minutes) {
      double average = Math.round(minutes.getAverage() * 10) / 10.0;
      return new Delay(airport, minutes.getCount(), average, minutes.getMax());
    }
  }

  /**
   * All airports.
   *
   * @param nextOffset the flights below this offset are counted
   * @param airports sorted by their code
   */
  public record Table(long nextOffset, List<Delay> airports) {}

  /** Waits for the start to be over, which measures how fast the store is by itself. */
  @EventListener(ApplicationReadyEvent.class)
  void begin() {
    if (serves) {
      store.cursors().delete(LISTENER, flights.stream());
      listeners.start(LISTENER);
    }
  }

  /** A record may come twice; its offset tells that it was counted. */
  @AofListener(
      id = LISTENER,
      streams = "${flightlog.stream:flights}",
      batch = true,
      autoStartup = "false")
  synchronized void on(List<AofMessage<Flight>> messages) {
    for (AofMessage<Flight> message : messages) {
      if (message.offset() >= nextOffset) {
        Flight flight = message.payload();
        byAirport
            .computeIfAbsent(flight.origin(), any -> new IntSummaryStatistics())
            .accept(flight.delay());
        nextOffset = message.offset() + 1;
      }
    }
  }

  /** The table as it is now. */
  public synchronized Table table() {
    List<Delay> airports = new ArrayList<>();
    byAirport.forEach((airport, minutes) -> airports.add(Delay.of(airport, minutes)));
    return new Table(nextOffset, airports);
  }
}
