package io.bop.aof.format;

import java.util.UUID;

/**
 * First bytes of a manifest chunk.
 *
 * @param storeId the store it belongs to
 * @param chunkIndex its place in the chain, dense, from 0
 * @param baseOrdinal records in all earlier chunks
 * @param epoch of the writer that began it
 */
public record ManifestChunkHeader(UUID storeId, long chunkIndex, long baseOrdinal, long epoch) {}
