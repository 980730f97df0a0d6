package io.bop.aof.tier1;

/**
 * A warm file that is durable under its name.
 *
 * @param streamId the stream
 * @param segmentId the segment
 * @param bytes size of the file
 * @param crc32c CRC32C of the whole file
 * @param frameCount frames of records, the header page's not counted
 * @param tailLength bytes of index and seek table at its end
 * @param rawBytes header page and records, uncompressed
 */
public record WarmFile(
    long streamId,
    long segmentId,
    long bytes,
    int crc32c,
    int frameCount,
    int tailLength,
    long rawBytes) {}
