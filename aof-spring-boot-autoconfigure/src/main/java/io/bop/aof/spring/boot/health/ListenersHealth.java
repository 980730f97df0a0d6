package io.bop.aof.spring.boot.health;

import io.bop.aof.spring.listener.AofListenerSnapshot;
import io.bop.aof.spring.listener.ListenerState;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/**
 * The listeners, read from memory. One that has stopped because of a failure is a detail by
 * default: what stopped it lies in a record or in a service that it needs, and is there still after
 * a restart of the application, which meanwhile does everything else well. Stateless.
 */
final class ListenersHealth extends AbstractHealthIndicator {

  private final Supplier<List<AofListenerSnapshot>> listeners;
  private final boolean outOfService;

  /** With {@code outOfService}, a listener that has failed makes the status OUT_OF_SERVICE. */
  ListenersHealth(Supplier<List<AofListenerSnapshot>> listeners, boolean outOfService) {
    super("AOF health check failed");
    this.listeners = listeners;
    this.outOfService = outOfService;
  }

  @Override
  protected void doHealthCheck(Health.Builder builder) {
    builder.up();
    for (AofListenerSnapshot listener : listeners.get()) {
      if (outOfService && listener.state() == ListenerState.FAILED) {
        builder.outOfService();
      }
      builder.withDetail(listener.id(), details(listener));
    }
  }

  private static Map<String, Object> details(AofListenerSnapshot listener) {
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("state", listener.state().name());
    if (listener.failure() != null) {
      details.put("failure", listener.failure());
    }
    details.put("streams", listener.streams().size());
    details.put("lag", listener.lag());
    long failures = 0;
    long recovered = 0;
    for (AofListenerSnapshot.Stream stream : listener.streams()) {
      failures += stream.failures();
      recovered += stream.recovered();
    }
    details.put("failures", failures);
    details.put("recovered", recovered);
    return details;
  }
}
