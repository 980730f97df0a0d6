package io.bop.aof.format;

/**
 * How far a consumer has come in a stream.
 *
 * @param consumer who reads
 * @param streamId the stream
 * @param epoch of the writer when the place was noted, at least 0
 * @param offset all records below were handled, at least 0
 * @param savedAtMicros when, in microseconds since the Unix epoch
 */
public record CursorEntry(
    String consumer, long streamId, long epoch, long offset, long savedAtMicros) {

  /** Checks the ranges. */
  public CursorEntry {
    if ((streamId | epoch | offset) < 0) {
      throw new IllegalArgumentException(
          "cursor has a negative field: stream="
              + streamId
              + " epoch="
              + epoch
              + " offset="
              + offset);
    }
  }

  void write(BytesWriter out) {
    out.text(consumer).u64(streamId).u64(epoch).u64(offset).u64(savedAtMicros);
  }

  static CursorEntry read(BytesReader in) {
    return new CursorEntry(
        in.text(), in.natural("stream id"), in.natural("epoch"), in.natural("offset"), in.u64());
  }
}
