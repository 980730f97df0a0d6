package io.bop.aof.spring.boot.health;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** For how long a value has been seen unchanged. Guarded by its owner. */
final class Since<T> {

  private @Nullable T value;
  private long nanos;

  /** Time since this value was first seen without another in between; 0 for a new one. */
  long millis(T now, long nowNanos) {
    if (!Objects.equals(value, now)) {
      value = now;
      nanos = nowNanos;
    }
    return (nowNanos - nanos) / 1_000_000;
  }
}
