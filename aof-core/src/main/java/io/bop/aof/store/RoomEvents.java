package io.bop.aof.store;

import io.bop.aof.EngineListener;
import io.bop.aof.io.DiskRoom;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the engine's listener when the disk is full, and when it is not any more. */
final class RoomEvents implements DiskRoom.Listener {

  private static final Logger log = LoggerFactory.getLogger(RoomEvents.class);

  private final EngineListener listener;

  RoomEvents(EngineListener listener) {
    this.listener = listener;
  }

  @Override
  public void full(DiskRoom.Full place) {
    tell(
        () ->
            listener.storageFull(place.place().toString(), place.neededBytes(), place.freeBytes()));
  }

  @Override
  public void available(Path place) {
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
