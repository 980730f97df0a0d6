package io.bop.aof.spring.boot.metrics;

import io.bop.aof.AofStore;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;

/**
 * Binds all meters of a store, see {@link AofMeter}, until it is closed: then they go from the
 * registries, which may live on.
 */
public final class AofMeterBinder implements MeterBinder, AutoCloseable {

  private final AofStore store;
  private final EngineMeters events;
  private final int maxStreams;
  private final LongSupplier nanoTime;

  /* Registries hold on to what they read only weakly. */
  private final List<Bound> bound = new CopyOnWriteArrayList<>();

  private record Bound(OwnMeters own, StoreMeters read) {}

  /**
   * Binds nothing yet.
   *
   * @param events a listener of that store
   * @param maxStreams how many streams have a tag value of their own, at least 0
   */
  public AofMeterBinder(AofStore store, EngineMeters events, int maxStreams) {
    this(store, events, maxStreams, System::nanoTime);
  }

  AofMeterBinder(AofStore store, EngineMeters events, int maxStreams, LongSupplier nanoTime) {
    this.store = store;
    this.events = events;
    this.maxStreams = maxStreams;
    this.nanoTime = nanoTime;
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    OwnMeters own = new OwnMeters(registry);
    events.bindTo(own);
    StreamMeters streams = new StreamMeters(own, maxStreams);
    StoreMeters meters = new StoreMeters(own, new SnapshotCache(store, nanoTime, streams::update));
    meters.register();
    bound.add(new Bound(own, meters));
  }

  /** Counts no more, and takes its meters out of all registries. */
  @Override
  public void close() {
    for (Bound each : bound) {
      events.unbind(each.own());
      each.own().close();
    }
    bound.clear();
  }
}
