package io.bop.aof.manifest;

import io.bop.aof.AofException;
import org.jspecify.annotations.Nullable;

/** The manifest could not be made durable, not in a new file either; it takes no more records. */
public class ManifestFailedException extends AofException {

  private static final long serialVersionUID = 1L;

  private final String file;

  /** With the file and what the disk said. */
  public ManifestFailedException(String file, @Nullable Throwable cause) {
    super(
        "manifest cannot be written: file=" + file + " action=check the disk, then reopen", cause);
    this.file = file;
  }

  /** The file. */
  public String file() {
    return file;
  }
}
