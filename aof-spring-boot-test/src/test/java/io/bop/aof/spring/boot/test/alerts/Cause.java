package io.bop.aof.spring.boot.test.alerts;

import java.util.Set;

/**
 * Something that alerts warn of, in an application that is well until it happens. Confined to the
 * test, but for {@link #scrape()}.
 */
abstract class Cause implements AutoCloseable {

  private final String name;
  private final Set<String> alerts;

  Cause(String name, String... alerts) {
    this.name = name;
    this.alerts = Set.of(alerts);
  }

  /** Names the application among the others. */
  final String name() {
    return name;
  }

  /** The alerts that warn of it. */
  final Set<String> alerts() {
    return alerts;
  }

  /** Other alerts that may fire, because of what else follows from it. */
  Set<String> companions() {
    return Set.of();
  }

  /** The meters of the application, as they are now. Any thread. */
  abstract String scrape();

  /** Makes it happen. */
  abstract void happen() throws Exception;

  /** What the application does as long as no alert has fired. */
  void goOn() {}

  /** Takes it away, by what the alert says or by itself. */
  abstract void end() throws Exception;

  @Override
  public abstract void close();
}
