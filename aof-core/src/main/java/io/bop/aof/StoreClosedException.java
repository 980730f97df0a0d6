package io.bop.aof;

/** The store was closed. */
public class StoreClosedException extends AofException {

  private static final long serialVersionUID = 1L;

  private final String root;

  /** Builds the message from the facts. */
  public StoreClosedException(String root) {
    super("store is closed: root=" + root);
    this.root = root;
  }

  /** Its directory. */
  public String root() {
    return root;
  }
}
