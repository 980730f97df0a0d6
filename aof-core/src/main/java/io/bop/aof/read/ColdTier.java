package io.bop.aof.read;

import io.bop.aof.AofConfig;
import io.bop.aof.io.Host;
import io.bop.aof.io.Threads.WorkerPool;
import io.bop.aof.tier2.Tier2;
import org.jspecify.annotations.Nullable;

/**
 * What reads from Tier 2 take.
 *
 * @param tier2 where the objects are
 * @param fetches threads that wait for its answers; as many fetches run ahead of readers at once
 * @param budget of what is fetched ahead
 */
public record ColdTier(Tier2 tier2, WorkerPool fetches, FetchBudget budget) {

  /** With threads of its own, which {@link SegmentCopies#close} ends; null without a Tier 2. */
  public static @Nullable ColdTier of(Host host, @Nullable Tier2 tier2, AofConfig config) {
    return tier2 == null
        ? null
        : new ColdTier(
            tier2,
            host.threads().pool("aof-fetch", config.tier2().fetchConcurrency()),
            new FetchBudget(config.hydration().fetchAhead()));
  }
}
