package io.bop.aof.spring.boot.test.alerts;

import java.util.ArrayList;
import java.util.List;

/** Causes, each in an application of its own. */
final class Causes implements AutoCloseable {

  private final List<Cause> all = new ArrayList<>();

  private Causes() {}

  /** All that take a simulated machine only: soon there, in memory. */
  static Causes onSimulatedMachines() {
    Causes causes = new Causes();
    causes.all.addAll(StoreCauses.all());
    causes.all.addAll(CopyCauses.all());
    causes.all.addAll(FollowerCauses.all());
    causes.all.addAll(ListenerCauses.all());
    return causes;
  }

  /** Those, and another one. */
  Causes and(Cause another) {
    all.add(another);
    return this;
  }

  List<Cause> all() {
    return List.copyOf(all);
  }

  @Override
  public void close() {
    all.forEach(Cause::close);
  }
}
