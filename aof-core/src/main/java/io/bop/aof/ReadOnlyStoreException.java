package io.bop.aof;

/** The store is a follower: it can be read only. */
public class ReadOnlyStoreException extends AofException {

  private static final long serialVersionUID = 1L;

  private final String root;

  /**
   * Builds the message from the facts.
   *
   * @param operation what was asked for
   */
  public ReadOnlyStoreException(String operation, String root) {
    super(
        "store is a follower and can be read only: operation="
            + operation
            + " root="
            + root
            + " action=do it at the writer, or promote the follower");
    this.root = root;
  }

  /** Its directory. */
  public String root() {
    return root;
  }
}
