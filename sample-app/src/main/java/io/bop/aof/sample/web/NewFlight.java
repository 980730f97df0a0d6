package io.bop.aof.sample.web;

import io.bop.aof.sample.Flight;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A flight as a client sends it.
 *
 * @param date scheduled departure; null: now
 * @param delay minutes late; negative: early; null: none
 * @param distance miles
 * @param origin airport, IATA code
 * @param destination airport, IATA code
 */
record NewFlight(
    @Nullable LocalDateTime date,
    @Nullable Integer delay,
    @Nullable Integer distance,
    @Nullable String origin,
    @Nullable String destination) {

  private static final int FARTHEST_MILES = 12_500;

  /** What is wrong with it, all at once; empty: nothing. */
  List<String> faults() {
    List<String> faults = new ArrayList<>();
    if (distance == null || distance < 0 || distance > FARTHEST_MILES) {
      faults.add("distance must be 0 to " + FARTHEST_MILES + " miles");
    }
    checkAirport("origin", origin, faults);
    checkAirport("destination", destination, faults);
    return faults;
  }

  /** The event; only when there are no faults. */
  Flight toFlight() {
    if (distance == null || origin == null || destination == null) {
      throw new IllegalStateException("faults were not looked at: flight=" + this);
    }
    LocalDateTime departure = date == null ? LocalDateTime.now(ZoneId.systemDefault()) : date;
    return new Flight(
        null,
        departure.truncatedTo(ChronoUnit.SECONDS),
        delay == null ? 0 : delay,
        distance,
        origin,
        destination);
  }

  private static void checkAirport(String name, @Nullable String code, List<String> faults) {
    if (code == null || !code.matches("[A-Z]{3}")) {
      faults.add(name + " must be an IATA code of three capital letters");
    }
  }
}
