package io.bop.aof.tier2;

/**
 * The key has other bytes than those to put: somebody else wrote there. On the manifest chain this
 * fences the writer. Checked and of no family, so that no handler of failed calls takes it for one
 * that may be tried again.
 */
public final class ObjectConflictException extends Exception {

  private static final long serialVersionUID = 1L;

  private final String key;
  private final String difference;

  /** Builds the message from the facts. */
  public ObjectConflictException(String key, String difference) {
    super("object exists with other bytes: key=" + key + " " + difference);
    this.key = key;
    this.difference = difference;
  }

  /** The key. */
  public String key() {
    return key;
  }

  /** What differs, as {@code key=value} facts. */
  public String difference() {
    return difference;
  }
}
