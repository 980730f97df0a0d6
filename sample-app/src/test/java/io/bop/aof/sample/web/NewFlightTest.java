package io.bop.aof.sample.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.bop.aof.sample.Flight;
import java.time.LocalDateTime;
import org.junit.jupiter.api.Test;

class NewFlightTest {

  private static final LocalDateTime NOON = LocalDateTime.of(2026, 11, 21, 12, 0);

  @Test
  void becomesAnEventWithoutNumber() {
    NewFlight flight = new NewFlight(NOON, null, 3926, "ZRH", "JFK");
    assertThat(flight.faults()).isEmpty();
    assertThat(flight.toFlight()).isEqualTo(new Flight(null, NOON, 0, 3926, "ZRH", "JFK"));
  }

  @Test
  void namesAllFaultsAtOnce() {
    assertThat(new NewFlight(null, 5, -1, "zrh", null).faults())
        .containsExactly(
            "distance must be 0 to 12500 miles",
            "origin must be an IATA code of three capital letters",
            "destination must be an IATA code of three capital letters");
  }
}
