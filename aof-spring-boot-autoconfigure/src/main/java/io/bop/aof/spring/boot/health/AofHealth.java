package io.bop.aof.spring.boot.health;

import io.bop.aof.AofSnapshot;
import io.bop.aof.AofStore;
import io.bop.aof.spring.listener.AofListenerEndpointRegistry;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.springframework.boot.health.contributor.CompositeHealthContributor;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/** Makes the health contributor of a store, one indicator a concern. */
public final class AofHealth {

  private AofHealth() {}

  /**
   * The composite of {@code residency}, {@code backpressure}, {@code flush}, {@code tier2}, {@code
   * manifest} and {@code storage}. Reads {@link AofStore#snapshot()} only.
   *
   * @param backpressureGrace how long appends may be held up by Tier 0 before health says so
   */
  public static CompositeHealthContributor of(AofStore store, Duration backpressureGrace) {
    return of(store, backpressureGrace, System::nanoTime);
  }

  /**
   * The composite of {@link #of(AofStore, Duration)} and {@code listeners}.
   *
   * @param listenerOutOfService whether a listener that has failed makes the status OUT_OF_SERVICE
   */
  public static CompositeHealthContributor of(
      AofStore store,
      Duration backpressureGrace,
      AofListenerEndpointRegistry listeners,
      boolean listenerOutOfService) {
    Map<String, HealthIndicator> indicators =
        indicators(store, backpressureGrace, System::nanoTime);
    indicators.put("listeners", new ListenersHealth(listeners::snapshots, listenerOutOfService));
    return CompositeHealthContributor.fromMap(indicators);
  }

  static CompositeHealthContributor of(
      AofStore store, Duration backpressureGrace, LongSupplier nanoTime) {
    return CompositeHealthContributor.fromMap(indicators(store, backpressureGrace, nanoTime));
  }

  private static Map<String, HealthIndicator> indicators(
      AofStore store, Duration backpressureGrace, LongSupplier nanoTime) {
    Map<String, HealthIndicator> indicators = new LinkedHashMap<>();
    indicators.put("residency", indicator(store, new ResidencyHealth()));
    indicators.put(
        "backpressure", indicator(store, new BackpressureHealth(backpressureGrace, nanoTime)));
    indicators.put("flush", indicator(store, new FlushHealth()));
    indicators.put("tier2", indicator(store, new Tier2Health()));
    indicators.put("manifest", indicator(store, new ManifestHealth()));
    indicators.put("storage", indicator(store, new StorageHealth()));
    return indicators;
  }

  private static HealthIndicator indicator(AofStore store, Check check) {
    return new SnapshotHealthIndicator(store, check);
  }

  /** Judges a snapshot. */
  @FunctionalInterface
  interface Check {

    /** Fills in status, which is UP until now, and details. */
    void check(AofSnapshot snapshot, Health.Builder health);
  }
}
