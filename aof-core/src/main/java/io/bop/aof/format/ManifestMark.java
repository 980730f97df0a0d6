package io.bop.aof.format;

import java.util.Objects;
import java.util.UUID;

/**
 * How much of the manifest's newest chunk was durable at some time.
 *
 * @param storeId the store
 * @param chunkIndex the chunk, at least 0
 * @param epoch in that chunk's header, at least 0
 * @param length bytes from the chunk's start that were forced, at least 0
 */
public record ManifestMark(UUID storeId, long chunkIndex, long epoch, long length) {

  /** Checks the ranges. */
  public ManifestMark {
    Objects.requireNonNull(storeId, "storeId");
    if ((chunkIndex | epoch | length) < 0) {
      throw new IllegalArgumentException(
          "manifest mark has a negative field: chunkIndex="
              + chunkIndex
              + " epoch="
              + epoch
              + " length="
              + length);
    }
  }

  /** Whether it says more than the other one. */
  public boolean isBeyond(ManifestMark other) {
    return chunkIndex != other.chunkIndex ? chunkIndex > other.chunkIndex : length > other.length;
  }
}
