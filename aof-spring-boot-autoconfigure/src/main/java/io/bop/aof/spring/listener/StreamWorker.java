package io.bop.aof.spring.listener;

import io.bop.aof.StoreClosedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A thread that reads some of the streams of a container, in turns, and saves their places. */
final class StreamWorker implements Runnable {

  /*
   * One stream alone is waited for in its reader, which wakes at once. Several are looked at in
   * turns, with pauses that grow while nothing comes; a look reads memory only.
   */

  private static final Logger log = LoggerFactory.getLogger(StreamWorker.class);
  private static final Duration WAIT = Duration.ofMillis(100);
  private static final long SHORTEST_PAUSE = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long LONGEST_PAUSE = TimeUnit.MILLISECONDS.toNanos(20);

  private final ListenerRun run;
  private final Dispatch dispatch;
  private final Queue<StreamConsumer> incoming = new ConcurrentLinkedQueue<>();
  private final AtomicInteger load = new AtomicInteger();
  private final List<StreamConsumer> consumers = new ArrayList<>();
  private long pause = SHORTEST_PAUSE;

  StreamWorker(ListenerRun run, Dispatch dispatch) {
    this.run = run;
    this.dispatch = dispatch;
  }

  /** Gives it one more stream; by any thread. */
  void take(StreamConsumer consumer) {
    load.incrementAndGet();
    incoming.add(consumer);
    run.signal().wake();
  }

  /** How many streams it has. */
  int load() {
    return load.get();
  }

  @Override
  public void run() {
    dispatch.start();
    try {
      while (run.mayDeliver(this::saveAll)) {
        long seen = run.signal().wakes();
        adopt();
        dropDeleted();
        if (pass()) {
          pause = SHORTEST_PAUSE;
        } else if (!waitsInReader()) {
          run.await(seen, pause);
          pause = Math.min(LONGEST_PAUSE, 2 * pause);
        }
      }
    } finally {
      end();
    }
  }

  private void adopt() {
    StreamConsumer next = incoming.poll();
    while (next != null) {
      consumers.add(next);
      next = incoming.poll();
    }
  }

  private void dropDeleted() {
    for (int i = consumers.size() - 1; i >= 0; i--) {
      StreamConsumer consumer = consumers.get(i);
      if (consumer.isGivenUp() && consumer.mayClose()) {
        consumer.close();
        consumers.remove(i);
        load.decrementAndGet();
      }
    }
  }

  /** One turn; false: nothing was read. */
  private boolean pass() {
    boolean any = false;
    boolean waits = waitsInReader();
    for (StreamConsumer consumer : consumers) {
      if (!run.isStopping() && !consumer.isGivenUp() && !dispatch.isFull()) {
        List<Tracked> batch = consumer.poll(waits ? WAIT : Duration.ZERO);
        if (!batch.isEmpty()) {
          any = true;
          dispatch.dispatch(consumer, batch);
        }
      }
      dispatch.checkpoint(consumer);
    }
    return any;
  }

  private boolean waitsInReader() {
    return consumers.size() == 1 && incoming.isEmpty() && consumers.get(0).mayWait();
  }

  private void saveAll() {
    consumers.forEach(consumer -> consumer.save(true));
  }

  private void end() {
    dispatch.awaitEnd();
    // The last save must not be cut short by the interrupt that ended the listener.
    boolean interrupted = Thread.interrupted();
    adopt();
    for (StreamConsumer consumer : consumers) {
      try {
        consumer.close();
      } catch (StoreClosedException e) {
        log.debug("store was closed before the last place was saved: {}", consumer, e);
      } catch (RuntimeException e) {
        log.warn("listener could not save its last place: {}", consumer, e);
      }
    }
    log.debug("listener thread ends: {} interrupted={}", consumers, interrupted);
  }
}
