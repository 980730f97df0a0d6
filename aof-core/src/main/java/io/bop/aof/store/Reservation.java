package io.bop.aof.store;

import io.bop.aof.AppendReservation;
import java.nio.ByteBuffer;

/** A staging buffer; the stream hears of it only at the commit. Confined to one thread. */
final class Reservation implements AppendReservation {

  private final EngineStream stream;
  private final ByteBuffer buffer;
  private boolean ended;

  Reservation(EngineStream stream, int length) {
    this.stream = stream;
    this.buffer = ByteBuffer.allocate(length);
  }

  @Override
  public ByteBuffer buffer() {
    checkOpen();
    return buffer;
  }

  @Override
  public long commit() {
    checkOpen();
    ended = true;
    return stream.append(ByteBuffer.wrap(buffer.array()));
  }

  private void checkOpen() {
    if (ended) {
      throw new IllegalStateException(
          "reservation was committed or aborted: stream=" + stream.name());
    }
  }

  @Override
  public void abort() {
    ended = true;
  }
}
