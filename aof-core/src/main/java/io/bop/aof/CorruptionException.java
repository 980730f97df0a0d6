package io.bop.aof;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Bytes that were promised are damaged, and no other copy is intact. Records outside the range stay
 * readable.
 */
public class CorruptionException extends AofException {

  private static final long serialVersionUID = 1L;

  private final String stream;
  private final long segment;
  private final long position;
  private final String reason;
  private final transient @Nullable Range range;

  /**
   * The records that cannot be read. Those before and after it can: a reader that is opened at
   * {@code nextOffset} goes on behind the damage.
   *
   * @param position bytes from the start of the file or object to the damage
   * @param firstOffset first record that is lost
   * @param nextOffset first offset behind them
   */
  public record Range(long position, long firstOffset, long nextOffset) {}

  /** Builds the message from the facts. */
  public CorruptionException(
      String stream, long segment, long position, String reason, @Nullable Throwable cause) {
    super(
        "corrupt data: stream="
            + stream
            + " segment="
            + segment
            + " position="
            + position
            + " reason="
            + reason,
        cause);
    this.stream = stream;
    this.segment = segment;
    this.position = position;
    this.reason = reason;
    this.range = null;
  }

  /** Builds the message from the facts, with the exact range. */
  public CorruptionException(
      String stream, long segment, Range range, String reason, @Nullable Throwable cause) {
    super(
        "corrupt data: stream="
            + stream
            + " segment="
            + segment
            + " position="
            + range.position()
            + " firstOffset="
            + range.firstOffset()
            + " nextOffset="
            + range.nextOffset()
            + " reason="
            + reason,
        cause);
    this.stream = stream;
    this.segment = segment;
    this.position = range.position();
    this.reason = reason;
    this.range = range;
  }

  /** The stream. */
  public String stream() {
    return stream;
  }

  /** The segment id. */
  public long segment() {
    return segment;
  }

  /** Bytes from the start of the file or object to the damage. */
  public long position() {
    return position;
  }

  /** Which records are lost; empty when that is not known. */
  public Optional<Range> range() {
    return Optional.ofNullable(range);
  }

  /** What was wrong. */
  public String reason() {
    return reason;
  }
}
