package io.bop.aof.manifest;

import io.bop.aof.format.ObjectKeys;

/** A chunk of the chain in Tier 2 is not there, though later ones are. */
public final class ChunkMissingException extends ManifestDamagedException {

  private static final long serialVersionUID = 1L;

  /**
   * Says what is missing and what to do.
   *
   * @param chunkIndex of the missing one
   * @param found key of a later one
   */
  public ChunkMissingException(long chunkIndex, String found) {
    super(
        ObjectKeys.manifestChunk(chunkIndex),
        0,
        "chunk is missing in tier 2, later ones are there: found="
            + found
            + " action=put that object back, from another version or copy of it or from manifest/"
            + " in the root of the writer",
        null);
  }
}
