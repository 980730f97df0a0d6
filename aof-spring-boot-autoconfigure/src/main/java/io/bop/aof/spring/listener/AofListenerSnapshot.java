package io.bop.aof.spring.listener;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A container at one moment, read from memory.
 *
 * @param id its id
 * @param state what it is doing
 * @param failure why it failed; null: it did not
 * @param streams the streams that it has listened to since it was made, by name
 */
public record AofListenerSnapshot(
    String id, ListenerState state, @Nullable String failure, List<Stream> streams) {

  /** Copies the list. */
  public AofListenerSnapshot {
    streams = List.copyOf(streams);
  }

  /** Records of all streams that were not handled yet. */
  public long lag() {
    return streams.stream().mapToLong(Stream::lag).sum();
  }

  /**
   * One stream of a container. The counts begin when the container is made, and never fall.
   *
   * @param stream its name
   * @param position everything below was handled
   * @param savedPosition everything below was handled, and a restart goes on here
   * @param lag durable records from the position on; 0 when the stream was deleted
   * @param records records that were handled, those given up among them
   * @param failures calls of the listener that failed, and reads and saves that did
   * @param recovered records that were given up: skipped, or in a dead-letter stream
   */
  public record Stream(
      String stream,
      long position,
      long savedPosition,
      long lag,
      long records,
      long failures,
      long recovered) {}
}
