package io.bop.aof.sample.console;

import java.time.Duration;
import java.util.Locale;

/** Numbers as people read them; the same in every locale. */
public final class Numbers {

  private static final long KB = 1024;
  private static final long MB = KB * 1024;
  private static final long GB = MB * 1024;

  private Numbers() {}

  /** {@code 1,234,567}. */
  public static String count(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  /** {@code 200.0 MB}, in powers of 1024 as Spring's {@code DataSize} counts. */
  public static String bytes(long value) {
    if (value >= GB) {
      return String.format(Locale.ROOT, "%.2f GB", value / (double) GB);
    }
    if (value >= MB) {
      return String.format(Locale.ROOT, "%.1f MB", value / (double) MB);
    }
    if (value >= KB) {
      return String.format(Locale.ROOT, "%.1f KB", value / (double) KB);
    }
    return value + " B";
  }

  /** {@code 4.71 s}, {@code 41 ms}, {@code 2 min 5 s}. */
  public static String time(Duration value) {
    long millis = value.toMillis();
    if (millis < 1000) {
      return millis + " ms";
    }
    if (millis < 100_000) {
      return String.format(Locale.ROOT, "%.2f s", millis / 1000.0);
    }
    return millis / 60_000 + " min " + millis / 1000 % 60 + " s";
  }

  /** {@code 412,000 records/s}: {@code amount} in {@code time}. */
  public static String countRate(long amount, Duration time) {
    return count(perSecond(amount, time)) + " records/s";
  }

  /** {@code 43.1 MB/s}: {@code amount} in {@code time}. */
  public static String byteRate(long amount, Duration time) {
    return bytes(perSecond(amount, time)) + "/s";
  }

  /** {@code 6.31 : 1}. */
  public static String ratio(double value) {
    return String.format(Locale.ROOT, "%.2f : 1", value);
  }

  private static long perSecond(long amount, Duration time) {
    double seconds = Math.max(time.toNanos(), 1) / 1e9;
    return Math.round(amount / seconds);
  }
}
