package io.bop.aof.spring.boot.test.alerts;

import io.bop.aof.AofStore;
import io.bop.aof.spring.boot.metrics.AofMeterBinder;
import io.bop.aof.spring.boot.metrics.EngineMeters;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.function.Function;

/**
 * A store and its meters, as an application has them.
 *
 * @param binder of the meters, which are read as long as it is held
 */
record Application(AofStore store, PrometheusMeterRegistry registry, AofMeterBinder binder) {

  private static final int STREAMS = 10;

  /** Opens the store, whose listener the meters are, and binds them. */
  static Application start(Function<EngineMeters, AofStore> opening) {
    EngineMeters events = new EngineMeters();
    AofStore store = opening.apply(events);
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    AofMeterBinder binder = new AofMeterBinder(store, events, STREAMS);
    binder.bindTo(registry);
    return new Application(store, registry, binder);
  }
}
