package io.bop.aof.io;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a store has found the disk full: a place is listed from the first write that found no room
 * until one there succeeds. Thread-safe.
 */
public final class DiskRoom {

  /* A full disk is met by every attempt, but it is one event: told once, and once when it ends. */
  private static final Logger log = LoggerFactory.getLogger(DiskRoom.class);

  private final Disk disk;
  private final long reserveBytes;
  private final Listener listener;
  private final ConcurrentHashMap<Path, Full> places = new ConcurrentHashMap<>();

  /**
   * No place is full yet.
   *
   * @param reserveBytes to be kept free by all who ask {@link #require}
   */
  public DiskRoom(Disk disk, long reserveBytes, Listener listener) {
    this.disk = disk;
    this.reserveBytes = reserveBytes;
    this.listener = listener;
  }

  /** Is told of the first and the last moment of each shortage. Must return at once. */
  public interface Listener {
    /** Nobody. */
    Listener NONE =
        new Listener() {
          @Override
          public void full(Full place) {}

          @Override
          public void available(Path place) {}
        };

    /** There is no room. */
    void full(Full place);

    /** There is room again. */
    void available(Path place);
  }

  /**
   * A place without room.
   *
   * @param place a directory
   * @param neededBytes that would have to be free there
   * @param freeBytes that were free
   */
  public record Full(Path place, long neededBytes, long freeBytes) {}

  /** Bytes that are kept free. */
  public long reserveBytes() {
    return reserveBytes;
  }

  /**
   * Fails when that many bytes cannot be written, or would not leave the reserve free.
   *
   * @throws NoSpaceException when it is known that they cannot
   */
  public void require(Path place, long bytes) throws NoSpaceException {
    long free;
    try {
      free = disk.usableSpace(place);
    } catch (IOException e) {
      // Nobody knows: the write will tell.
      return;
    }
    if (free < bytes + reserveBytes) {
      throw new NoSpaceException(
          "disk is full: path="
              + place
              + " wanted="
              + bytes
              + " reserve="
              + reserveBytes
              + " free="
              + free);
    }
  }

  /**
   * Something could not be written for lack of room.
   *
   * @param bytes that were to be written, the reserve not counted
   */
  public Full note(Path place, long bytes, NoSpaceException cause) {
    Full now = new Full(place, bytes + reserveBytes, free(place, cause));
    if (places.put(place, now) == null) {
      log.debug("disk is full: path={}", place, cause);
      listener.full(now);
    }
    return now;
  }

  private long free(Path place, NoSpaceException cause) {
    try {
      return disk.usableSpace(place);
    } catch (IOException e) {
      cause.addSuppressed(e);
      return 0;
    }
  }

  /** Something was written there, or nothing is to be written there any more. */
  public void available(Path place) {
    if (!places.isEmpty() && places.remove(place) != null) {
      listener.available(place);
    }
  }

  /** What is known of a place; null: it has room, as far as known. */
  public @Nullable Full at(Path place) {
    return places.get(place);
  }

  /** Whether a place that is full may have room by now. */
  public boolean mayHaveRoom(Path place) {
    Full known = places.get(place);
    try {
      return known == null || disk.usableSpace(place) >= known.neededBytes;
    } catch (IOException e) {
      // Nobody knows: a try will tell.
      return true;
    }
  }

  /** All places that are full. */
  public Collection<Full> all() {
    return List.copyOf(places.values());
  }
}
