package io.bop.aof.tier2;

import io.bop.aof.zstd.Sink;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Fetches whole objects by ranges, so that one that is interrupted is not begun anew. */
public final class ObjectFetch {

  private static final int RANGE_SIZE = 1024 * 1024;

  private ObjectFetch() {}

  /**
   * Hands on the first {@code size} bytes, from front to back.
   *
   * @throws IOException what Tier 2 or the taker met
   */
  public static void run(Tier2 tier2, String key, long size, Sink sink) throws IOException {
    byte[] part = new byte[(int) Math.min(RANGE_SIZE, size)];
    for (long position = 0; position < size; position += part.length) {
      int length = (int) Math.min(part.length, size - position);
      tier2.getRange(key, position, ByteBuffer.wrap(part, 0, length));
      sink.write(part, 0, length);
    }
  }
}
