package io.bop.aof.spring.listener;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Calls the listener on as many threads as the concurrency says, records of one key always on the
 * same one: {@link DeliveryOrder#KEY}.
 */
final class KeyLanes implements Dispatch {

  /*
   * What waits in the queues is bounded by its bytes, here, and by the number of records that are
   * delivered and not handled, in the consumer, so the queues need no bound of their own. Only the
   * worker saves places; a lane tells it that something was handled.
   */

  private static final long LOOK_MILLIS = 100;
  private static final byte[] NO_KEY = {};
  private static final int SPREAD = 0x9E3779B9;

  private final ListenerRun run;
  private final Deliverer deliverer;
  private final List<BlockingQueue<Chunk>> lanes = new ArrayList<>();
  private final AtomicLong queuedBytes = new AtomicLong();
  private final AtomicInteger alive = new AtomicInteger();

  /** Records of one lane from one polled batch. */
  private record Chunk(StreamConsumer consumer, List<Tracked> records, long bytes) {}

  KeyLanes(ListenerRun run) {
    this.run = run;
    this.deliverer = new Deliverer(run);
  }

  @Override
  public void start() {
    for (int i = 0; i < run.setup().options().concurrency(); i++) {
      BlockingQueue<Chunk> lane = new LinkedBlockingQueue<>();
      lanes.add(lane);
      alive.incrementAndGet();
      run.launch("key-" + (i + 1), () -> work(lane));
    }
  }

  private void work(BlockingQueue<Chunk> lane) {
    try {
      while (!run.isStopping()) {
        Chunk chunk = next(lane);
        if (chunk != null) {
          Runnable handled = run.signal()::wake;
          deliverer.deliver(chunk.consumer(), chunk.records(), handled, () -> {});
          queuedBytes.addAndGet(-chunk.bytes());
          run.signal().wake();
        }
      }
    } finally {
      alive.decrementAndGet();
      run.signal().wake();
    }
  }

  private static @Nullable Chunk next(BlockingQueue<Chunk> lane) {
    try {
      return lane.poll(LOOK_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      // Ours comes with a stop, which the caller looks for; nobody else's matters here.
      return null;
    }
  }

  @Override
  public boolean isFull() {
    return queuedBytes.get() >= run.setup().options().maxPollBytes();
  }

  @Override
  public void dispatch(StreamConsumer consumer, List<Tracked> batch) {
    Map<Integer, List<Tracked>> parts = new LinkedHashMap<>();
    for (Tracked tracked : batch) {
      parts.computeIfAbsent(laneOf(tracked.delivery()), any -> new ArrayList<>()).add(tracked);
    }
    parts.forEach(
        (lane, records) -> {
          long bytes = 0;
          for (Tracked tracked : records) {
            bytes += tracked.delivery().record().payloadSize();
          }
          queuedBytes.addAndGet(bytes);
          lanes.get(lane).add(new Chunk(consumer, records, bytes));
        });
  }

  private int laneOf(AofDelivery delivery) {
    byte[] key = delivery.record().key().orElse(NO_KEY);
    // Hashes of short keys differ in their low bits only, so they are spread over all bits first.
    int hash = (31 * delivery.stream().hashCode() + Arrays.hashCode(key)) * SPREAD;
    return Math.floorMod(hash ^ (hash >>> 15), lanes.size());
  }

  @Override
  public void checkpoint(StreamConsumer consumer) {
    boolean now = run.setup().options().ackMode() != AckMode.BATCH;
    consumer.save(now || !consumer.isBusy());
  }

  @Override
  public void awaitEnd() {
    while (alive.get() > 0 && !run.isAbandoned()) {
      long seen = run.signal().wakes();
      if (alive.get() > 0) {
        run.await(seen, TimeUnit.MILLISECONDS.toNanos(LOOK_MILLIS));
      }
    }
  }
}
