package io.bop.aof.spring.boot.metrics;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * The meters that one binder has made in a registry, so that they can go with it: a registry may
 * outlive the store and its context. Those that were there before are left alone. Thread-safe.
 */
final class OwnMeters implements AutoCloseable {

  private final MeterRegistry registry;
  private final Set<Meter.Id> others;
  private final Map<Meter.Id, Meter> own = new ConcurrentHashMap<>();
  private volatile boolean closed;

  /** None yet. */
  OwnMeters(MeterRegistry registry) {
    this.registry = registry;
    this.others = registry.getMeters().stream().map(Meter::getId).collect(Collectors.toSet());
  }

  MeterRegistry registry() {
    return registry;
  }

  /** That meter was registered just now, or before. */
  <M extends Meter> M add(M meter) {
    if (!others.contains(meter.getId())) {
      own.put(meter.getId(), meter);
      if (closed) {
        // A scrape, or an event on another thread, that had begun before the end.
        remove(meter);
      }
    }
    return meter;
  }

  /** Takes one of them out of the registry. */
  void remove(Meter meter) {
    if (own.remove(meter.getId()) != null) {
      registry.remove(meter);
    }
  }

  /** Takes all of them out of the registry, and those that come later. */
  @Override
  public void close() {
    closed = true;
    own.values().forEach(this::remove);
  }
}
