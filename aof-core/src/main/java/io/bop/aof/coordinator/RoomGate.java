package io.bop.aof.coordinator;

import io.bop.aof.io.DiskRoom;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Whether jobs that write to a place may begin. Where the disk was full, one at a time tries, with
 * growing pauses, and the others wait. Confined to the coordinator.
 */
final class RoomGate {

  private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final int MOST_DOUBLINGS = 4;

  private final Parts parts;
  private final @Nullable Path place;
  private long nextTryNanos;
  private int tries;

  /**
   * Open.
   *
   * @param place a directory; null: nothing is written to a disk, and the gate is always open
   */
  RoomGate(Parts parts, @Nullable Path place) {
    this.parts = parts;
    this.place = place;
  }

  /** Whether the disk was full there, as far as known. */
  boolean isClosed() {
    return place != null && room().at(place) != null;
  }

  /** Whether a job may begin; true once for each try while the gate is closed. */
  boolean mayTry() {
    if (place == null || !isClosed()) {
      tries = 0;
      return true;
    }
    long now = parts.host().time().nanoTime();
    if (tries > 0 && now - nextTryNanos < 0) {
      return false;
    }
    nextTryNanos = now + PAUSE_NANOS;
    if (!room().mayHaveRoom(place)) {
      tries = Math.max(1, tries);
      return false;
    }
    nextTryNanos = now + (PAUSE_NANOS << Math.min(tries, MOST_DOUBLINGS));
    tries++;
    return true;
  }

  /** Nothing waits for room there: the disk may be as it is. */
  void open() {
    if (place != null) {
      room().available(place);
    }
  }

  private DiskRoom room() {
    return parts.disk().room();
  }
}
