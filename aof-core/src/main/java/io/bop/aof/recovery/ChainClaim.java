package io.bop.aof.recovery;

import io.bop.aof.StaleWriterException;
import io.bop.aof.format.ObjectKeys;
import io.bop.aof.manifest.ManifestLog;
import io.bop.aof.manifest.SealedChunk;
import io.bop.aof.manifest.ShippedChain;
import io.bop.aof.objectstore.ObjectBody;
import io.bop.aof.objectstore.ObjectMetadata;
import io.bop.aof.tier2.ObjectConflictException;
import io.bop.aof.tier2.Tier2;
import java.io.IOException;

/** The moment of a takeover: the next chunk of the chain is this writer's, or somebody else's. */
public final class ChainClaim {

  private ChainClaim() {}

  /**
   * Seals what was recorded so far and puts it at the end of the chain in Tier 2.
   *
   * @return the chain up to that chunk
   * @throws StaleWriterException when somebody else has taken the place
   */
  public static ShippedChain claim(ManifestLog manifest, Tier2 tier2) throws IOException {
    SealedChunk chunk = manifest.rotate();
    String key = ObjectKeys.manifestChunk(chunk.index());
    try {
      tier2.put(
          key,
          new ObjectBody.OfFile(chunk.path(), chunk.length(), chunk.fileCrc()),
          ObjectMetadata.of(chunk.fileCrc(), manifest.epoch()));
      manifest.markShipped(chunk);
      return ShippedChain.of(chunk.index(), chunk.length(), manifest.ledger());
    } catch (ObjectConflictException e) {
      throw new StaleWriterException(manifest.epoch(), key, e);
    }
  }
}
