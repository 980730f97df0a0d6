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
 * {@code aof.listeners}. When it is closed its meters go from the registries, which may live on.
 */
public final class AofListenerMeterBinder
    implements MeterBinder, ApplicationListener<ContextRefreshedEvent>, AutoCloseable {

  private final AofListenerEndpointRegistry listeners;
  private final List<Bound> bound = new CopyOnWriteArrayList<>();

  /** Binds nothing yet. */
  public AofListenerMeterBinder(AofListenerEndpointRegistry listeners) {
    this.listeners = listeners;
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    Bound meters = new Bound(new OwnMeters(registry));
    bound.add(meters);
    AofMeter.LISTENERS.gauge(meters.own, meters::update);
    meters.update();
  }

  /** All containers of annotated methods are registered by now. */
  @Override
  public void onApplicationEvent(ContextRefreshedEvent event) {
    bound.forEach(Bound::update);
  }

  /** Takes its meters out of all registries. */
  @Override
  public void close() {
    bound.forEach(meters -> meters.own.close());
    bound.clear();
  }

  /** The meters in one registry. Thread-safe. */
  private final class Bound {

    private final OwnMeters own;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<AofListenerContainer, List<Meter>> meters = new HashMap<>();

    Bound(OwnMeters own) {
      this.own = own;
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
                    entry.getValue().forEach(own::remove);
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
              own, () -> listener.state() == ListenerState.RUNNING ? 1 : 0, id),
          AofMeter.LISTENER_FAILED.gauge(
              own, () -> listener.state() == ListenerState.FAILED ? 1 : 0, id),
          AofMeter.LISTENER_LAG.gauge(own, () -> listener.snapshot().lag(), id),
          AofMeter.LISTENER_RECORDS.counter(own, listener, l -> sum(l, Stream::records), id),
          AofMeter.LISTENER_FAILURES.counter(own, listener, l -> sum(l, Stream::failures), id),
          AofMeter.LISTENER_RECOVERED.counter(own, listener, l -> sum(l, Stream::recovered), id));
    }
  }

  private static long sum(AofListenerContainer listener, ToLongFunction<Stream> part) {
    AofListenerSnapshot snapshot = listener.snapshot();
    return snapshot.streams().stream().mapToLong(part).sum();
  }
}
