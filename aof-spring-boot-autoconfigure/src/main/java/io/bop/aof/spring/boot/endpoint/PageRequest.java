package io.bop.aof.spring.boot.endpoint;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which part of a list is wanted. */
record PageRequest(int number, int size) {

  static final int DEFAULT_SIZE = 100;
  static final int MOST = 1_000;

  static PageRequest of(@Nullable String page, @Nullable String size) {
    return new PageRequest(
        (int) Arguments.number("page", page, 0, 0, Integer.MAX_VALUE),
        (int) Arguments.number("size", size, DEFAULT_SIZE, 1, MOST));
  }

  Page page(int total) {
    return new Page(number, size, total, (total + size - 1) / size);
  }

  <T> List<T> of(List<T> all) {
    int from = (int) Math.min(all.size(), (long) number * size);
    return all.subList(from, Math.min(all.size(), from + size));
  }
}
