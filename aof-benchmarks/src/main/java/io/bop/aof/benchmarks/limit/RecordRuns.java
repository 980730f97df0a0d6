package io.bop.aof.benchmarks.limit;

import io.bop.aof.benchmarks.Payloads;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Arrays full of valid records. */
public final class RecordRuns {

  /** The salt of their checksums. */
  public static final long SALT = RecordWriter.SALT;

  private RecordRuns() {}

  /** As many records of {@code size} payload bytes, from offset 0 on, as fit in {@code bytes}. */
  public static byte[] of(int size, int bytes) {
    Payloads payloads = Payloads.cached(size);
    RecordWriter writer = new RecordWriter();
    int padded = RecordWriter.sizeOf(size);
    int count = bytes / padded;
    ByteBuffer run = ByteBuffer.allocate(count * padded).order(ByteOrder.LITTLE_ENDIAN);
    for (int n = 0; n < count; n++) {
      writer.prepare(payloads.get(n));
      writer.write(run, n * padded, payloads.get(n), n);
    }
    return run.array();
  }
}
