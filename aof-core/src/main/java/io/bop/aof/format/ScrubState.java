package io.bop.aof.format;

import io.bop.aof.UnsupportedFormatException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * How far the background verification has come.
 *
 * @param lastPassMicros when the last full pass ended, in microseconds since the Unix epoch; 0:
 *     there was none
 * @param passStartedMicros when the pass that is under way began; 0: none is
 * @param streamId of the last segment that was verified in it; 0: none yet
 * @param segmentId of that segment
 */
public record ScrubState(
    long lastPassMicros, long passStartedMicros, long streamId, long segmentId) {

  private static final Envelope.Kind KIND =
      new Envelope.Kind("scrub state", ScrubStateLayout.MAGIC, ScrubStateLayout.VERSION);

  /** Nothing was verified yet. */
  public static final ScrubState NONE = new ScrubState(0, 0, 0, 0);

  /** Whether a pass has begun and not ended. */
  public boolean isPassUnderWay() {
    return passStartedMicros != 0;
  }

  /** A pass begins from the front. */
  public ScrubState passBegins(long nowMicros) {
    return new ScrubState(lastPassMicros, nowMicros, 0, 0);
  }

  /** The pass has come to that segment, and it is done. */
  public ScrubState at(long stream, long segment) {
    return new ScrubState(lastPassMicros, passStartedMicros, stream, segment);
  }

  /** The pass has come to its end. */
  public ScrubState passEnds(long nowMicros) {
    return new ScrubState(nowMicros, 0, 0, 0);
  }

  /** The bytes of the file. */
  public byte[] encode() {
    ByteBuffer out = ByteBuffer.allocate(ScrubStateLayout.SIZE).order(ByteOrder.LITTLE_ENDIAN);
    out.putLong(ScrubStateLayout.MAGIC_AT, ScrubStateLayout.MAGIC);
    out.putInt(ScrubStateLayout.VERSION_AT, ScrubStateLayout.VERSION);
    out.putInt(ScrubStateLayout.LENGTH_AT, ScrubStateLayout.SIZE);
    out.putLong(ScrubStateLayout.LAST_PASS_AT, lastPassMicros);
    out.putLong(ScrubStateLayout.PASS_STARTED_AT, passStartedMicros);
    out.putLong(ScrubStateLayout.STREAM_ID_AT, streamId);
    out.putLong(ScrubStateLayout.SEGMENT_ID_AT, segmentId);
    Envelope.sign(out, ScrubStateLayout.SIZE);
    return out.array();
  }

  /**
   * Reads it back.
   *
   * @param file named in errors
   * @throws UnsupportedFormatException when a newer version wrote it
   * @throws MalformedException when it is damaged
   */
  public static ScrubState decode(byte[] bytes, String file) {
    if (bytes.length < ScrubStateLayout.SIZE || bytes.length > ScrubStateLayout.MAX_SIZE) {
      throw new MalformedException(
          bytes.length, "scrub state has another size: size=" + bytes.length + " file=" + file);
    }
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    Envelope.checkMagic(in, ScrubStateLayout.MAGIC_AT, KIND, file);
    // A newer version may have another length, and its CRC is at the end of that.
    int length = in.getInt(ScrubStateLayout.LENGTH_AT);
    if (length != bytes.length) {
      throw new MalformedException(
          ScrubStateLayout.LENGTH_AT, "lengths do not add up: file=" + file);
    }
    Envelope.check(in, ScrubStateLayout.MAGIC_AT, length, KIND, file);
    if (length != ScrubStateLayout.SIZE) {
      throw new MalformedException(
          ScrubStateLayout.LENGTH_AT, "scrub state has another length: file=" + file);
    }
    return new ScrubState(
        in.getLong(ScrubStateLayout.LAST_PASS_AT),
        in.getLong(ScrubStateLayout.PASS_STARTED_AT),
        in.getLong(ScrubStateLayout.STREAM_ID_AT),
        in.getLong(ScrubStateLayout.SEGMENT_ID_AT));
  }
}
