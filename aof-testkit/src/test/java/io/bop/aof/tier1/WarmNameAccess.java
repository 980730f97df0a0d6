package io.bop.aof.tier1;

import java.nio.file.Path;
import java.util.OptionalLong;

/** Lets the fuzz tests at the names of warm files. Stateless. */
public final class WarmNameAccess {

  private WarmNameAccess() {}

  /** What the name of a stream's directory says. */
  public static OptionalLong streamId(Path directory) {
    return WarmNames.streamId(directory);
  }

  /** What the name of a warm file says. */
  public static OptionalLong segmentId(Path file) {
    return WarmNames.segmentId(file);
  }

  /** The name of a warm file. */
  public static Path file(Path directory, long streamId, long segmentId) {
    return WarmNames.file(directory, streamId, segmentId);
  }
}
