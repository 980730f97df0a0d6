package io.bop.aof.spring.boot.metrics;

/** How a meter is called in Prometheus' notation, without suffixes of its parts. */
final class PrometheusNames {

  private PrometheusNames() {}

  static String of(AofMeter meter) {
    String name = meter.meterName().replace('.', '_');
    String unit = meter.unit();
    if (!unit.isEmpty() && !name.endsWith("_" + unit)) {
      name += "_" + unit;
    }
    return meter.kind() == AofMeter.Kind.COUNTER ? name + "_total" : name;
  }
}
