package io.bop.aof;

/** A file was written by a version that this one cannot read. Nothing was changed. */
public class UnsupportedFormatException extends AofException {

  private static final long serialVersionUID = 1L;

  private final String file;
  private final int found;
  private final int readable;

  /** Builds the message from the facts. */
  public UnsupportedFormatException(String file, int found, int readable) {
    super(
        "unsupported format: file="
            + file
            + " found="
            + found
            + " readable="
            + readable
            + " action=use a newer release");
    this.file = file;
    this.found = found;
    this.readable = readable;
  }

  /** The file. */
  public String file() {
    return file;
  }

  /** The version found. */
  public int found() {
    return found;
  }

  /** The newest version that can be read. */
  public int readable() {
    return readable;
  }
}
