package io.bop.aof;

import org.jspecify.annotations.Nullable;

/** The disk has no room. Reads go on; appends resume by themselves when there is room. */
public class StorageFullException extends AofException {

  private static final long serialVersionUID = 1L;

  private final String path;
  private final long needed;
  private final long free;

  /** Builds the message from the facts. */
  public StorageFullException(String path, long needed, long free, @Nullable Throwable cause) {
    super(
        "storage full: path="
            + path
            + " needed="
            + needed
            + " free="
            + free
            + " action=free space there, appends go on by themselves",
        cause);
    this.path = path;
    this.needed = needed;
    this.free = free;
  }

  /** Where room is missing. */
  public String path() {
    return path;
  }

  /** Bytes needed. */
  public long needed() {
    return needed;
  }

  /** Bytes free. */
  public long free() {
    return free;
  }
}
