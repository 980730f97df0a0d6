package io.bop.aof.sample.web;

import io.bop.aof.AppendResult.Appended;
import io.bop.aof.Durability;
import io.bop.aof.ReadFrom;
import io.bop.aof.sample.Flight;
import io.bop.aof.sample.FlightLog;
import io.bop.aof.spring.core.AofMessage;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Appends flights and reads them back by offset or by time. */
@RestController
@RequestMapping("/flights")
class FlightController {

  static final int LARGEST_LIMIT = 1000;

  private final FlightLog flights;

  FlightController(FlightLog flights) {
    this.flights = flights;
  }

  /**
   * An append that was acknowledged.
   *
   * @param offset number of the record within the stream
   * @param durability how safe it is
   */
  record Accepted(long offset, Durability durability) {}

  /**
   * A range of records.
   *
   * @param stream the stream
   * @param startOffset oldest readable record
   * @param nextOffset first after the newest record
   * @param continueAt where the next range begins
   * @param records the records, oldest first
   */
  record Page(
      String stream,
      long startOffset,
      long nextOffset,
      long continueAt,
      List<FlightRecord> records) {}

  @PostMapping
  ResponseEntity<Accepted> append(@RequestBody NewFlight flight) {
    List<String> faults = flight.faults();
    if (!faults.isEmpty()) {
      throw new BadRequestException(String.join("; ", faults));
    }
    Appended appended = flights.append(flight.toFlight());
    return ResponseEntity.created(URI.create("/flights/" + appended.offset()))
        .body(new Accepted(appended.offset(), appended.durability()));
  }

  @GetMapping
  Page range(
      @RequestParam(required = false) @Nullable Long from,
      @RequestParam(required = false) @Nullable Instant since,
      @RequestParam(defaultValue = "20") int limit) {
    if (limit < 1 || limit > LARGEST_LIMIT) {
      throw new BadRequestException("limit must be 1 to " + LARGEST_LIMIT);
    }
    ReadFrom place = place(from, since);
    List<FlightRecord> records;
    try (Stream<AofMessage<Flight>> messages = flights.messages(place)) {
      records = messages.limit(limit).map(FlightRecord::of).toList();
    }
    var now = flights.snapshot();
    long continueAt =
        records.isEmpty() ? now.nextOffset() : records.get(records.size() - 1).offset() + 1;
    return new Page(flights.stream(), now.startOffset(), now.nextOffset(), continueAt, records);
  }

  @GetMapping("/{offset:\\d{1,18}}")
  FlightRecord one(@PathVariable long offset) {
    return flights
        .find(offset)
        .map(FlightRecord::of)
        .orElseThrow(() -> new NoSuchFlightException(offset, flights.snapshot()));
  }

  private static ReadFrom time(Instant since) {
    try {
      return ReadFrom.timestamp(since);
    } catch (ArithmeticException e) {
      throw new BadRequestException("since is too far from now: " + since);
    }
  }

  static ReadFrom place(@Nullable Long from, @Nullable Instant since) {
    if (from != null && since != null) {
      throw new BadRequestException("give either from (an offset) or since (a time), not both");
    }
    if (since != null) {
      return time(since);
    }
    if (from == null) {
      return ReadFrom.earliest();
    }
    if (from < 0) {
      throw new BadRequestException("from must be an offset of 0 or more");
    }
    return ReadFrom.offset(from);
  }
}
