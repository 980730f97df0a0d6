package io.bop.aof;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How far a follower is.
 *
 * @param chunk index of the newest manifest chunk that it knows; -1: none
 * @param lag how long ago it last knew everything that Tier 2 had; what the writer has and Tier 2
 *     has not comes on top
 * @param polls how often it looked for news since it was opened
 * @param lastError why the newest look failed; null: it did not
 * @param failure why it follows no more; null: it does. It ends by itself when a chunk was missing
 *     in Tier 2 and is put back, else with a reopen
 */
public record FollowerStatus(
    long chunk, Duration lag, long polls, @Nullable String lastError, @Nullable String failure) {}
