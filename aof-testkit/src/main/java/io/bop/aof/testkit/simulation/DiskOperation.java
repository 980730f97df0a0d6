package io.bop.aof.testkit.simulation;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * One operation of a {@link SimulatedDisk}.
 *
 * @param number how many came before it on this disk, plus 1
 * @param kind what is done
 * @param path the file or directory, as the caller named it when it was opened
 * @param position first byte in the file; 0 where that means nothing
 * @param length how many bytes; 0 where that means nothing
 * @param target the new name of {@link Kind#RENAME} and {@link Kind#LINK}; null for all others
 */
public record DiskOperation(
    long number, Kind kind, Path path, long position, long length, @Nullable Path target) {

  /** What is done. */
  public enum Kind {
    /** Bytes of an open file are read. */
    READ,
    /** Bytes of an open file are written. */
    WRITE,
    /** Content and size of an open file are made durable. */
    FORCE,
    /** A file is mapped into memory. */
    MAP,
    /** A range of a mapping is made durable. */
    FORCE_MAPPED,
    /** A file or directory is created. */
    CREATE,
    /** A file is opened. */
    OPEN,
    /** A name is changed. */
    RENAME,
    /** A file gets a second name. */
    LINK,
    /** A name is removed. */
    DELETE,
    /** Names in a directory are made durable. */
    SYNC_DIRECTORY,
    /** A directory is listed. */
    LIST,
    /** The size of an open file is set; {@link DiskOperation#length} is the new size. */
    TRUNCATE,
    /** A lock is tried. */
    LOCK,
    /** Existence, a size, or free space is asked for. */
    STAT
  }

  @Override
  public String toString() {
    return "#"
        + number
        + " "
        + kind
        + " path="
        + path
        + (target == null ? "" : " target=" + target)
        + (length == 0 ? "" : " position=" + position + " length=" + length);
  }
}
