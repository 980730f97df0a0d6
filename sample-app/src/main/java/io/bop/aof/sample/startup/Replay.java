package io.bop.aof.sample.startup;

import io.bop.aof.AofConfig;
import io.bop.aof.AofRecord;
import io.bop.aof.ReadFrom;
import io.bop.aof.RetentionConfig;
import io.bop.aof.StreamConfig;
import io.bop.aof.sample.Flight;
import io.bop.aof.sample.FlightEvents;
import io.bop.aof.sample.FlightLog;
import io.bop.aof.sample.console.Numbers;
import io.bop.aof.sample.console.Step;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Iterator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads the stream from its start to its end and compares every record with what was written: the
 * events of the data set, byte by byte and in order, and between them flights that came over HTTP,
 * which carry no number.
 */
@Component
final class Replay {

  private static final int UPDATE_EVERY = 1024;

  private final FlightLog flights;
  private final FlightEvents events;
  private final JsonMapper mapper;
  private final boolean retention;
  private final StopSignal stop;

  Replay(
      FlightLog flights,
      FlightEvents events,
      JsonMapper mapper,
      AofConfig config,
      StopSignal stop) {
    this.flights = flights;
    this.events = events;
    this.mapper = mapper;
    this.retention = removesOldRecords(config, flights.stream());
    this.stop = stop;
  }

  /**
   * What a replay found.
   *
   * @param events events of the data set, all equal to what was written
   * @param fromHttp flights that came over HTTP
   * @param bytes bytes of all payloads
   * @param eventBytes bytes of the payloads of the data set's events
   * @param nextSeq number of the event that comes next
   * @param nextOffset first offset after the last record read
   * @param took how long it took
   * @param difference the first record that is not what was written; null: none
   */
  record Result(
      long events,
      long fromHttp,
      long bytes,
      long eventBytes,
      long nextSeq,
      long nextOffset,
      Duration took,
      @Nullable String difference) {

    /** How many records there are. */
    long records() {
      return events + fromHttp;
    }
  }

  /** Replays up to {@code end}, or until the application is closed, or something differs. */
  Result run(Step step, long end) {
    Tally tally = new Tally();
    try (Stream<AofRecord> records = flights.replay(ReadFrom.earliest())) {
      Iterator<AofRecord> each = records.iterator();
      while (tally.nextOffset < end && !stop.stopping() && each.hasNext()) {
        tally.add(each.next());
        if (tally.difference != null) {
          break;
        }
        if (tally.records() % UPDATE_EVERY == 0) {
          step.update(tally.nextOffset, () -> progress(tally, step.elapsed()));
        }
      }
    }
    return tally.result(step.elapsed());
  }

  private static boolean removesOldRecords(AofConfig config, String stream) {
    StreamConfig own = config.streams().getOrDefault(stream, StreamConfig.inherited());
    RetentionConfig kept = own.retention() == null ? config.retention() : own.retention();
    return kept.maxAge() != null || kept.maxBytes() != null;
  }

  private static String progress(Tally tally, Duration elapsed) {
    return Numbers.count(tally.records())
        + " records, "
        + Numbers.countRate(tally.records(), elapsed);
  }

  /** The number that an event says it has; 0 when it says none. */
  private long seq(AofRecord record) {
    try {
      Long seq = mapper.readValue(record.payloadBytes(), Flight.class).seq();
      return seq == null ? 0 : seq;
    } catch (JacksonException e) {
      return 0;
    }
  }

  /** Whether {@code payload} is a flight that came over HTTP: one that writes to the same bytes. */
  private boolean isFromHttp(ByteBuffer payload) {
    byte[] bytes = new byte[payload.remaining()];
    payload.duplicate().get(bytes);
    try {
      Flight flight = mapper.readValue(bytes, Flight.class);
      return flight.seq() == null
          && ByteBuffer.wrap(mapper.writeValueAsBytes(flight)).equals(ByteBuffer.wrap(bytes));
    } catch (JacksonException e) {
      return false;
    }
  }

  /** What was read so far. */
  private final class Tally {
    private long events;
    private long fromHttp;
    private long bytes;
    private long eventBytes;
    private long nextSeq;
    private long nextOffset;
    private @Nullable String difference;

    void add(AofRecord record) {
      ByteBuffer payload = record.payload();
      if (record.offset() < nextOffset) {
        difference = "offset " + record.offset() + " came again after offset " + (nextOffset - 1);
      } else if (Replay.this.events.matches(nextSeq(record), payload)) {
        events++;
        nextSeq++;
        eventBytes += payload.remaining();
      } else if (isFromHttp(payload)) {
        fromHttp++;
      } else {
        difference = difference(record);
      }
      bytes += payload.remaining();
      nextOffset = record.offset() + 1;
    }

    // Where retention has removed the oldest records, the first event says itself which one it is.
    private long nextSeq(AofRecord record) {
      if (retention && events == 0 && record.offset() > fromHttp) {
        nextSeq = Replay.this.seq(record);
      }
      return nextSeq;
    }

    long records() {
      return events + fromHttp;
    }

    Result result(Duration took) {
      return new Result(events, fromHttp, bytes, eventBytes, nextSeq, nextOffset, took, difference);
    }

    private String difference(AofRecord record) {
      return "offset "
          + record.offset()
          + ": written "
          + new String(Replay.this.events.payload(nextSeq), StandardCharsets.UTF_8)
          + " but read "
          + new String(record.payloadBytes(), StandardCharsets.UTF_8);
    }
  }
}
