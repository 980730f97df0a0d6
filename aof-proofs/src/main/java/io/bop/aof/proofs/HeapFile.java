package io.bop.aof.proofs;

import io.bop.aof.io.MappedFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Bytes on the heap in the place of a mapped file. Ending the mapping overwrites them, so that a
 * late reader sees it. Counts its forces, and those that ran at the same time.
 */
public final class HeapFile implements MappedFile {

  /** What the bytes are once the mapping has ended. */
  public static final byte ENDED = (byte) 0xDD;

  private final byte[] bytes;
  private final ByteBuffer buffer;
  private final AtomicInteger forcing = new AtomicInteger();
  private final AtomicInteger closes = new AtomicInteger();
  private volatile boolean overlapped;
  private volatile boolean backwards;
  private volatile long forcedTo;
  private @Nullable Runnable duringForce;

  /** A file of which only the first {@code size} bytes are there. */
  public HeapFile(int size) {
    bytes = new byte[size];
    buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  @Override
  public ByteBuffer buffer() {
    return buffer;
  }

  @Override
  public void force(long from, long to) {
    if (forcing.incrementAndGet() != 1) {
      overlapped = true;
    }
    if (to < forcedTo) {
      backwards = true;
    }
    forcedTo = to;
    Runnable during = duringForce;
    duringForce = null;
    if (during != null) {
      during.run();
    }
    forcing.decrementAndGet();
  }

  /** What happens while the next force runs; told before there are other threads. */
  public void duringForce(Runnable work) {
    duringForce = work;
  }

  /** Whether two forces ran at the same time, or a later one covered less. */
  public boolean forcedWrongly() {
    return overlapped || backwards;
  }

  @Override
  public void close() {
    closes.incrementAndGet();
    Arrays.fill(bytes, ENDED);
  }

  /** How often the mapping was ended. */
  public int closes() {
    return closes.get();
  }
}
