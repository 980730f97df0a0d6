package io.bop.aof.manifest;

/**
 * An object with an intent that is not carried out yet.
 *
 * @param key of the object
 * @param chunkIndex the manifest chunk that holds the intent
 * @param timestampMicros when the intent was written
 */
public record PendingObject(
    long streamId, long segmentId, String key, long chunkIndex, long timestampMicros) {}
