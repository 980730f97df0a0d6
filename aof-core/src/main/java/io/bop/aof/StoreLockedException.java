package io.bop.aof;

/** Another process, or another store of this one, holds the directory. */
public class StoreLockedException extends AofException {

  private static final long serialVersionUID = 1L;

  private final String root;
  private final String holder;

  /** Builds the message from the facts. */
  public StoreLockedException(String root, String holder) {
    super(
        "store is locked: root="
            + root
            + " holder="
            + holder
            + " action=stop the holder or choose another root");
    this.root = root;
    this.holder = holder;
  }

  /** The directory. */
  public String root() {
    return root;
  }

  /** Who holds it: {@code pid=…}, as far as known. */
  public String holder() {
    return holder;
  }
}
