package io.bop.aof.benchmarks;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;

/** Synthetic JSON events; the same ones in every run. Immutable by convention. */
public final class Payloads {

  /* Small enough to stay in the second-level cache, so that reading payloads costs both sides the
  same and little. */
  private static final int CACHED_BYTES = 256 * 1024;

  /* Far more than a zstd frame, so that no frame is a repetition of itself. */
  private static final int VARIED_BYTES = 16 * 1024 * 1024;
  private static final int MIN_COUNT = 16;
  private static final long SEED = 20_261_101L;
  private static final String[] TYPES = {
    "order.created", "order.paid", "order.shipped", "cart.changed", "customer.moved"
  };

  private final byte[][] events;
  private final int mask;

  private Payloads(byte[][] events) {
    this.events = events;
    this.mask = events.length - 1;
  }

  /** A few events of exactly {@code size} bytes, for appends. */
  public static Payloads cached(int size) {
    return of(size, CACHED_BYTES);
  }

  /** Many different events of exactly {@code size} bytes, for what will be compressed. */
  public static Payloads varied(int size) {
    return of(size, VARIED_BYTES);
  }

  private static Payloads of(int size, int total) {
    int count = Integer.highestOneBit(Math.max(MIN_COUNT, total / size));
    SplittableRandom random = new SplittableRandom(SEED);
    byte[][] events = new byte[count][];
    for (int i = 0; i < count; i++) {
      events[i] = event(random, size);
    }
    return new Payloads(events);
  }

  /** The event for the n-th record. */
  public byte[] get(long n) {
    return events[(int) n & mask];
  }

  private static byte[] event(SplittableRandom random, int size) {
    StringBuilder text = new StringBuilder(size + 128);
    text.append("{\"type\":\"").append(TYPES[random.nextInt(TYPES.length)]).append('"');
    for (int field = 0; text.length() < size; field++) {
      text.append(",\"field").append(field).append("\":");
      if (random.nextInt(3) == 0) {
        text.append('"').append(Long.toHexString(random.nextLong())).append('"');
      } else {
        text.append(random.nextInt(100_000));
      }
    }
    text.setLength(size - 1);
    return text.append('}').toString().getBytes(StandardCharsets.US_ASCII);
  }
}
