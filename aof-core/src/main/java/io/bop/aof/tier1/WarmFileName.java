package io.bop.aof.tier1;

/**
 * A warm file as the directory shows it.
 *
 * @param streamId the stream
 * @param segmentId the segment
 * @param bytes size of the file
 */
public record WarmFileName(long streamId, long segmentId, long bytes) {}
