package io.bop.aof.sample;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.time.LocalDateTime;
import org.jspecify.annotations.Nullable;

/**
 * One flight, the event that this service keeps.
 *
 * @param seq number of the event among those of the data set, from 0; null for events that came
 *     over HTTP
 * @param date scheduled departure, local time of the origin
 * @param delay minutes late; negative: early
 * @param distance miles
 * @param origin airport, IATA code
 * @param destination airport, IATA code
 */
@JsonPropertyOrder({"seq", "date", "delay", "distance", "origin", "destination"})
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Flight(
    @Nullable Long seq,
    LocalDateTime date,
    int delay,
    int distance,
    String origin,
    String destination) {

  /** The same flight as event number {@code number} of the data set. */
  public Flight withSeq(long number) {
    return new Flight(number, date, delay, distance, origin, destination);
  }
}
