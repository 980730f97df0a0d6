package io.bop.aof.sample.web;

import io.bop.aof.sample.Flight;
import io.bop.aof.spring.core.AofMessage;
import java.time.Instant;

/**
 * A flight and its place in the stream.
 *
 * @param offset its number within the stream
 * @param timestamp when it was appended
 * @param flight the event
 */
record FlightRecord(long offset, Instant timestamp, Flight flight) {

  static FlightRecord of(AofMessage<Flight> message) {
    return new FlightRecord(message.offset(), message.timestamp(), message.payload());
  }
}
