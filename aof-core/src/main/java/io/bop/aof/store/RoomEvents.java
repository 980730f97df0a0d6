package io.bop.aof.store;

import io.bop.aof.EngineListener;
import io.bop.aof.io.DiskRoom;
import io.bop.aof.io.Time;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the engine's listener when the disk is full, and when it is not any more, and logs it: of
 * each place at most once a minute, for a disk that is nearly full is full and not full in turns.
 * Thread-safe.
 */
final class RoomEvents implements DiskRoom.Listener {

  private static final Logger log = LoggerFactory.getLogger(RoomEvents.class);
  private static final long QUIET_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final EngineListener listener;
  private final Time time;
  private final Map<Path, Long> logged = new ConcurrentHashMap<>();

  RoomEvents(EngineListener listener, Time time) {
    this.listener = listener;
    this.time = time;
  }

  @Override
  public void full(DiskRoom.Full place) {
    if (isDue(place.place())) {
      log.warn(
          "disk is full: path={} needed={} free={} action=free space there, all goes on by itself",
          place.place(),
          place.neededBytes(),
          place.freeBytes());
    }
    tell(
        () ->
            listener.storageFull(place.place().toString(), place.neededBytes(), place.freeBytes()));
  }

  /** Whether to log that a place is full; the next time is a minute away then. */
  boolean isDue(Path place) {
    long now = time.nanoTime();
    Long last = logged.get(place);
    boolean due = last == null || now - last >= QUIET_NANOS;
    if (due) {
      logged.put(place, now);
    }
    return due;
  }

  @Override
  public void available(Path place) {
    log.debug("disk has room again: path={}", place);
    tell(() -> listener.storageAvailable(place.toString()));
  }

  private static void tell(Runnable event) {
    try {
      event.run();
    } catch (RuntimeException e) {
      log.warn("engine listener failed", e);
    }
  }
}
