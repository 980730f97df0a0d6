package io.bop.aof;

/** A setting needs a library that is not on the class path. */
public class MissingDependencyException extends AofException {

  private static final long serialVersionUID = 1L;

  private final String setting;
  private final String dependency;

  /**
   * With the setting that needs it and the library to add.
   *
   * @param setting as {@code key=value}, the key without the prefix of properties
   * @param dependency as {@code group:artifact}, several with commas
   */
  public MissingDependencyException(String setting, String dependency, Throwable cause) {
    super(
        "a library is missing on the class path: setting="
            + setting
            + " missing="
            + cause.getMessage()
            + " action=add "
            + dependency,
        cause);
    this.setting = setting;
    this.dependency = dependency;
  }

  /** What needs it, as {@code key=value}. */
  public String setting() {
    return setting;
  }

  /** What to add, as {@code group:artifact}. */
  public String dependency() {
    return dependency;
  }
}
