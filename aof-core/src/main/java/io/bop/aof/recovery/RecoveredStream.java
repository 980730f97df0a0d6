package io.bop.aof.recovery;

import io.bop.aof.AofException;
import org.jspecify.annotations.Nullable;

/**
 * Where a stream continues.
 *
 * @param nextOffset of the next record
 * @param nextBytes record bytes of the stream up to there
 * @param lastSegmentId highest segment id that was ever seen
 * @param refusal why it takes no appends; null: it takes them
 */
public record RecoveredStream(
    long nextOffset, long nextBytes, long lastSegmentId, @Nullable AofException refusal) {}
