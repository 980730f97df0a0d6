package io.bop.aof.testkit;

import io.bop.aof.AppendRequest;
import io.bop.aof.RecordHeaders;
import java.util.Arrays;
import java.util.List;

/**
 * Random values that depend on a seed alone, the same on every JDK and machine (SplitMix64), with
 * generators that prefer the borders where bugs live. Confined to one thread.
 */
public final class SeededRandom {

  private static final long GAMMA = 0x9E3779B97F4A7C15L;

  /** Letters of names: one, two, three and four bytes of UTF-8. */
  private static final String[] LETTERS = {"a", "Z", "-", "\u00e9", "\u20ac", "\uD83D\uDE00"};

  private static final long[] BORDERS = {
    0, 1, -1, Long.MAX_VALUE, Long.MIN_VALUE, Integer.MAX_VALUE, Integer.MIN_VALUE, 1L << 32
  };

  private final long seed;
  private long state;

  /** Starts with a seed. */
  public SeededRandom(long seed) {
    this.seed = seed;
    this.state = seed;
  }

  /** The seed that it began with. */
  public long seed() {
    return seed;
  }

  /** Any value, each as likely as the other. */
  public long nextLong() {
    state += GAMMA;
    long x = state;
    x = (x ^ x >>> 30) * 0xBF58476D1CE4E5B9L;
    x = (x ^ x >>> 27) * 0x94D049BB133111EBL;
    return x ^ x >>> 31;
  }

  /** A number from 0 (inclusive) to 1 (exclusive). */
  public double nextDouble() {
    return (nextLong() >>> 11) * 0x1.0p-53;
  }

  /** A value in {@code [0, bound)}. */
  public int nextInt(int bound) {
    if (bound < 1) {
      throw new IllegalArgumentException("bound must be positive: bound=" + bound);
    }
    return (int) ((nextLong() >>> 32) * bound >>> 32);
  }

  /** A value in {@code [low, high]}. */
  public int between(int low, int high) {
    if (low > high) {
      throw new IllegalArgumentException("empty range: low=" + low + " high=" + high);
    }
    long width = (long) high - low + 1;
    return (int) (low + ((nextLong() >>> 32) * width >>> 32));
  }

  /** True once in {@code n} times. */
  public boolean oneIn(int n) {
    return nextInt(n) == 0;
  }

  /** One of the values. */
  public <T> T pick(List<T> values) {
    return values.get(nextInt(values.size()));
  }

  /** A value that is often at a border of its type, or small. */
  public long anyLong() {
    return switch (nextInt(4)) {
      case 0 -> BORDERS[nextInt(BORDERS.length)];
      case 1 -> between(-100, 100);
      case 2 -> nextLong() >> nextInt(Long.SIZE);
      default -> nextLong();
    };
  }

  /** {@link #anyLong}, at least 0. */
  public long anyPositiveOrZero() {
    return anyLong() & Long.MAX_VALUE;
  }

  /**
   * A length in {@code [0, max]}: often 0, the greatest, or at a power of two; short ones are more
   * likely than long ones.
   */
  public int length(int max) {
    int length =
        switch (nextInt(6)) {
          case 0 -> between(0, 1);
          case 1 -> max - between(0, 1);
          case 2 -> (1 << nextInt(24)) + between(-1, 1);
          case 3 -> between(0, 64);
          case 4 -> between(0, max) >> nextInt(Integer.SIZE - 1);
          default -> between(0, max);
        };
    return Math.max(0, Math.min(length, max));
  }

  /** That many bytes; sometimes all the same. */
  public byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    if (oneIn(8)) {
      Arrays.fill(bytes, oneIn(2) ? 0 : (byte) nextLong());
      return bytes;
    }
    for (int i = 0; i < length; i += Long.BYTES) {
      long word = nextLong();
      for (int j = i; j < Math.min(i + Long.BYTES, length); j++) {
        bytes[j] = (byte) word;
        word >>>= Byte.SIZE;
      }
    }
    return bytes;
  }

  /** A name of 1 to {@code maxLetters} letters of different width. */
  public String name(int maxLetters) {
    StringBuilder name = new StringBuilder();
    for (int i = between(1, maxLetters); i > 0; i--) {
      name.append(LETTERS[nextInt(LETTERS.length)]);
    }
    return name.toString();
  }

  /** Headers: often none, now and then the same name twice. */
  public RecordHeaders headers() {
    RecordHeaders headers = RecordHeaders.empty();
    for (int i = oneIn(2) ? 0 : nextInt(6); i > 0; i--) {
      headers = headers.with(oneIn(3) ? "same" : name(12), bytes(length(300)));
    }
    return headers;
  }

  /**
   * A record to append with a timestamp of its own, and with or without key, headers and ext id.
   *
   * @param maxPayload longest payload
   */
  public AppendRequest request(int maxPayload) {
    AppendRequest.Builder request =
        AppendRequest.builder(bytes(length(maxPayload)))
            .timestampMicros(anyLong())
            .headers(headers());
    if (oneIn(2)) {
      request.key(bytes(oneIn(20) ? AppendRequest.MAX_KEY_SIZE : between(1, 40)));
    }
    if (oneIn(2)) {
      request.extId(anyLong());
    }
    return request.build();
  }
}
