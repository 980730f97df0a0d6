package io.bop.aof.sample.web;

import io.bop.aof.ReadFrom;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/** The tail of the stream as server-sent events. */
@RestController
class TailController {

  private final TailSessions sessions;

  TailController(TailSessions sessions) {
    this.sessions = sessions;
  }

  /**
   * Sends each flight as it is appended, from the end, an offset or a time on. A browser that
   * reconnects names the last event it saw, and misses nothing.
   */
  @GetMapping(path = "/flights/tail", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
  SseEmitter tail(
      @RequestParam(required = false) @Nullable Long from,
      @RequestParam(required = false) @Nullable Instant since,
      @RequestHeader(name = "Last-Event-ID", required = false) @Nullable Long lastSeen) {
    if (lastSeen != null) {
      return sessions.open(FlightController.place(lastSeen + 1, null));
    }
    boolean fromEnd = from == null && since == null;
    return sessions.open(fromEnd ? ReadFrom.latest() : FlightController.place(from, since));
  }
}
