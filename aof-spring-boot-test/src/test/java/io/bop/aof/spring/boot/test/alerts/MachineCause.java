package io.bop.aof.spring.boot.test.alerts;

/** What happens to the application on one machine. */
abstract class MachineCause extends Cause {

  private final Machine machine;

  MachineCause(String name, Machine machine, String... alerts) {
    super(name, alerts);
    this.machine = machine;
  }

  final Machine machine() {
    return machine;
  }

  @Override
  final String scrape() {
    return machine.application().registry().scrape();
  }

  @Override
  public void close() {
    machine.close();
  }
}
