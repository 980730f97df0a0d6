package io.bop.aof.sample;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.Resource;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * The events of the data set, repeated without end: event {@code n} is flight {@code n % size()},
 * numbered {@code n}. Because it depends on {@code n} alone, any later start can verify every event
 * byte by byte without having remembered anything. Immutable.
 *
 * <p>The flights are the first quarter of 2001 from the on-time performance data of the US Bureau
 * of Transportation Statistics (public domain).
 */
@Component
public final class FlightEvents {

  private static final DateTimeFormatter SOURCE_DATE =
      DateTimeFormatter.ofPattern("yyyy/MM/dd HH:mm", Locale.ROOT);
  private static final byte[] PREFIX = "{\"seq\":".getBytes(StandardCharsets.US_ASCII);

  // The JSON of an event is PREFIX, its number, and what follows the number: only the number
  // differs between the repetitions of a flight, so expected bytes need no JSON mapper.
  private final List<Flight> flights;
  private final byte[][] suffixes;

  /** Reads the data set that comes with this application. */
  @Autowired
  public FlightEvents(JsonMapper mapper) {
    this(load(mapper, new ClassPathResource("flights-20k.json")), mapper);
  }

  FlightEvents(List<Flight> flights, JsonMapper mapper) {
    if (flights.isEmpty()) {
      throw new IllegalArgumentException("flights must not be empty");
    }
    this.flights = List.copyOf(flights);
    this.suffixes =
        flights.stream()
            .map(flight -> suffix(mapper.writeValueAsBytes(flight.withSeq(0))))
            .toArray(byte[][]::new);
  }

  /** How many different flights there are. */
  public int size() {
    return flights.size();
  }

  /** Event number {@code seq}, at least 0. */
  public Flight event(long seq) {
    return flights.get(index(seq)).withSeq(seq);
  }

  /** The JSON of event number {@code seq}. */
  public byte[] payload(long seq) {
    byte[] suffix = suffixes[index(seq)];
    int digits = digits(seq);
    byte[] payload = new byte[PREFIX.length + digits + suffix.length];
    System.arraycopy(PREFIX, 0, payload, 0, PREFIX.length);
    long rest = seq;
    for (int at = PREFIX.length + digits - 1; at >= PREFIX.length; at--) {
      payload[at] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    System.arraycopy(suffix, 0, payload, PREFIX.length + digits, suffix.length);
    return payload;
  }

  /** Length of {@link #payload(long)} in bytes. */
  public int payloadSize(long seq) {
    return PREFIX.length + digits(seq) + suffixes[index(seq)].length;
  }

  /** Whether {@code payload} is, byte for byte, event number {@code seq}. */
  public boolean matches(long seq, ByteBuffer payload) {
    return ByteBuffer.wrap(payload(seq)).equals(payload);
  }

  private int index(long seq) {
    return (int) (seq % flights.size());
  }

  private static int digits(long number) {
    int digits = 1;
    for (long rest = number; rest >= 10; rest /= 10) {
      digits++;
    }
    return digits;
  }

  private static byte[] suffix(byte[] json) {
    int numberEnd = PREFIX.length + 1;
    if (!ByteBuffer.wrap(json, 0, PREFIX.length).equals(ByteBuffer.wrap(PREFIX))) {
      throw new IllegalStateException(
          "the JSON of a flight must begin with its number: json="
              + new String(json, StandardCharsets.UTF_8));
    }
    byte[] suffix = new byte[json.length - numberEnd];
    System.arraycopy(json, numberEnd, suffix, 0, suffix.length);
    return suffix;
  }

  private static List<Flight> load(JsonMapper mapper, Resource resource) {
    try (InputStream in = resource.getInputStream()) {
      return mapper.readValue(in, new TypeReference<List<SourceFlight>>() {}).stream()
          .map(SourceFlight::toFlight)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the flights: resource=" + resource, e);
    }
  }

  /** A flight as the data set spells it. */
  private record SourceFlight(
      String date, int delay, int distance, String origin, String destination) {

    Flight toFlight() {
      return new Flight(
          null, LocalDateTime.parse(date, SOURCE_DATE), delay, distance, origin, destination);
    }
  }
}
