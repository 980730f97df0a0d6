package io.bop.aof.spring.boot.metrics;

import io.bop.aof.spring.listener.AofListenerContainer;
import io.bop.aof.spring.listener.AofListenerEndpointRegistry;
import io.bop.aof.spring.listener.AofListenerSnapshot;
import io.bop.aof.spring.listener.AofListenerSnapshot.Stream;
import io.bop.aof.spring.listener.ListenerState;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.ToLongFunction;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ContextRefreshedEvent;

/**
 * Binds the meters of listener containers, see {@link AofMeter}: one series each, whatever the
 * number of their streams. A container that is registered later is found by the next reading of
 * {@code aof.listeners}.
 */
public final class AofListenerMeterBinder
    implements MeterBinder, ApplicationListener<ContextRefreshedEvent> {

  private final AofListenerEndpointRegistry listeners;
  private final List<Bound> bound = new CopyOnWriteArrayList<>();

  /** Binds nothing yet. */
  public AofListenerMeterBinder(AofListenerEndpointRegistry listeners) {
    this.listeners = listeners;
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    Bound meters = new Bound(registry);
    bound.add(meters);
    AofMeter.LISTENERS.gauge(registry, meters::update);
    meters.update();
  }

  /** All containers of annotated methods are registered by now. */
  @Override
  public void onApplicationEvent(ContextRefreshedEvent event) {
    bound.forEach(Bound::update);
  }

  /** The meters in one registry. Thread-safe. */
  private final class Bound {

    private final MeterRegistry registry;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<AofListenerContainer, List<Meter>> meters = new HashMap<>();

    Bound(MeterRegistry registry) {
      this.registry = registry;
    }

    /** Meters of new containers come, those of removed ones go; how many there are now. */
    int update() {
      List<AofListenerContainer> now = List.copyOf(listeners.containers());
      lock.lock();
      try {
        meters
            .entrySet()
            .removeIf(
                entry -> {
                  boolean gone = !now.contains(entry.getKey());
                  if (gone) {
                    entry.getValue().forEach(registry::remove);
                  }
                  return gone;
                });
        now.forEach(container -> meters.computeIfAbsent(container, this::register));
        return now.size();
      } finally {
        lock.unlock();
      }
    }

    private List<Meter> register(AofListenerContainer listener) {
      String id = listener.id();
      return List.of(
          AofMeter.LISTENER_RUNNING.gauge(
              registry, () -> listener.state() == ListenerState.RUNNING ? 1 : 0, id),
          AofMeter.LISTENER_FAILED.gauge(
              registry, () -> listener.state() == ListenerState.FAILED ? 1 : 0, id),
          AofMeter.LISTENER_LAG.gauge(registry, () -> listener.snapshot().lag(), id),
          AofMeter.LISTENER_RECORDS.counter(registry, listener, l -> sum(l, Stream::records), id),
          AofMeter.LISTENER_FAILURES.counter(registry, listener, l -> sum(l, Stream::failures), id),
          AofMeter.LISTENER_RECOVERED.counter(
              registry, listener, l -> sum(l, Stream::recovered), id));
    }
  }

  private static long sum(AofListenerContainer listener, ToLongFunction<Stream> part) {
    AofListenerSnapshot snapshot = listener.snapshot();
    return snapshot.streams().stream().mapToLong(part).sum();
  }
}
