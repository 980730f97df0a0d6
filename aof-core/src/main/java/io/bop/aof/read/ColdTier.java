package io.bop.aof.read;

import io.bop.aof.io.Threads.WorkerPool;
import io.bop.aof.tier2.Tier2;

/**
 * What reads from Tier 2 take.
 *
 * @param tier2 where the objects are
 * @param fetches threads that wait for its answers; as many fetches run ahead of readers at once
 * @param budget of what is fetched ahead
 */
public record ColdTier(Tier2 tier2, WorkerPool fetches, FetchBudget budget) {}
