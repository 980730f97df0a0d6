package io.bop.aof;

import java.util.List;

/** The configuration has faults; all of them are named at once. Nothing was changed. */
public class InvalidConfigException extends AofException {

  private static final long serialVersionUID = 1L;

  private final transient List<String> faults;

  /** From the faults, each a sentence of its own. */
  public InvalidConfigException(List<String> faults) {
    super("invalid configuration: " + String.join("; ", faults));
    this.faults = List.copyOf(faults);
  }

  /** Each fault: the setting, its value, and what it must be. */
  public List<String> faults() {
    return faults;
  }
}
