package io.bop.aof.tier1;

/**
 * What the frame cache did since it was made.
 *
 * @param hits requests that were answered from memory, or by a load that was already running
 * @param misses requests that loaded
 * @param evictions entries dropped for lack of room
 * @param bytes held now
 * @param maxBytes the bound
 */
public record FrameCacheStats(long hits, long misses, long evictions, long bytes, long maxBytes) {}
