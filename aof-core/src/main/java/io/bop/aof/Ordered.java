package io.bop.aof;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Copies that nobody changes and that keep the order of what they copy. That of {@link Map#copyOf}
 * and {@link Set#copyOf} is another in each process.
 */
final class Ordered {

  private Ordered() {}

  static <K, V> Map<K, V> copyOf(Map<K, V> map) {
    Map<K, V> copy = new LinkedHashMap<>();
    map.forEach((key, value) -> copy.put(key, Objects.requireNonNull(value)));
    return Collections.unmodifiableMap(copy);
  }

  static <E> Set<E> copyOf(Set<E> set) {
    return Collections.unmodifiableSet(new LinkedHashSet<>(set));
  }
}
