package io.bop.aof.sample.web;

import io.bop.aof.ReadFrom;
import io.bop.aof.StoreClosedException;
import io.bop.aof.sample.Flight;
import io.bop.aof.sample.FlightLog;
import io.bop.aof.sample.FlightLogProperties;
import io.bop.aof.spring.core.AofMessage;
import java.io.IOException;
import java.time.Duration;
import java.util.Iterator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.context.SmartLifecycle;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * The tails that are open: one thread each, at most {@code flightlog.max-tails}. A client that went
 * away is noticed by the next event or the next heartbeat. On shutdown all end before the web
 * server begins to wait for its requests.
 */
@Component
class TailSessions implements SmartLifecycle, DisposableBean {

  private static final Logger log = LoggerFactory.getLogger(TailSessions.class);
  private static final Duration HEARTBEAT = Duration.ofSeconds(10);
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final FlightLog flights;
  private final int limit;
  private final ExecutorService threads;
  private final Set<Tail> open = ConcurrentHashMap.newKeySet();
  private volatile boolean running;

  TailSessions(FlightLog flights, FlightLogProperties properties) {
    this.flights = flights;
    this.limit = properties.maxTails();
    this.threads =
        new ThreadPoolExecutor(
            0,
            limit,
            30,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            task -> new Thread(task, "flightlog-tail"));
  }

  /** Begins to send from {@code from} on. */
  SseEmitter open(ReadFrom from) {
    Tail tail = new Tail(from);
    try {
      threads.execute(tail);
    } catch (RejectedExecutionException e) {
      throw new TooManyTailsException(limit);
    }
    return tail.emitter;
  }

  @Override
  public void start() {
    running = true;
  }

  @Override
  public void stop() {
    running = false;
    open.forEach(Tail::end);
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    try {
      while (!open.isEmpty() && System.nanoTime() < deadline) {
        TimeUnit.MILLISECONDS.sleep(10);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void destroy() {
    threads.shutdown();
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  /** One client. */
  private final class Tail implements Runnable {
    private final SseEmitter emitter = new SseEmitter(0L);
    private final ReadFrom from;
    private volatile boolean ended;
    private volatile long lastSent = System.nanoTime();

    Tail(ReadFrom from) {
      this.from = from;
      emitter.onCompletion(this::end);
      emitter.onTimeout(this::end);
      emitter.onError(failure -> end());
    }

    void end() {
      ended = true;
    }

    @Override
    public void run() {
      open.add(this);
      // The first bytes tell the client that the tail stands, long before the first flight.
      try (Stream<AofMessage<Flight>> messages = flights.tail(from, this::isOver)) {
        emitter.send(SseEmitter.event().comment("tail of " + flights.stream()));
        Iterator<AofMessage<Flight>> each = messages.iterator();
        while (!ended && each.hasNext()) {
          send(FlightRecord.of(each.next()));
        }
        emitter.complete();
      } catch (IOException | IllegalStateException e) {
        log.debug("a tail ended: the client went away", e);
      } catch (StoreClosedException e) {
        emitter.complete();
      } catch (RuntimeException e) {
        log.warn("a tail failed", e);
        emitter.completeWithError(e);
      } finally {
        open.remove(this);
      }
    }

    private void send(FlightRecord flight) throws IOException {
      emitter.send(
          SseEmitter.event()
              .id(Long.toString(flight.offset()))
              .name("flight")
              .data(flight, MediaType.APPLICATION_JSON));
      lastSent = System.nanoTime();
    }

    /** Asked several times a second by the tail; sends the heartbeat when it is due. */
    private boolean isOver() {
      if (!ended && System.nanoTime() - lastSent > HEARTBEAT.toNanos()) {
        try {
          emitter.send(SseEmitter.event().comment("still here"));
          lastSent = System.nanoTime();
        } catch (IOException | IllegalStateException e) {
          ended = true;
        }
      }
      return ended || !running;
    }
  }
}
