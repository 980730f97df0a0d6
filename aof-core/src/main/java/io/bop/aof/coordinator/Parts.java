package io.bop.aof.coordinator;

import io.bop.aof.AofConfig;
import io.bop.aof.cursor.CursorFiles;
import io.bop.aof.io.Host;
import io.bop.aof.recovery.Tier2Claim;
import io.bop.aof.tier0.HotSet;
import io.bop.aof.tier0.SlotPool;
import io.bop.aof.tier1.FrameCache;
import io.bop.aof.tier1.WarmFiles;
import io.bop.aof.tier2.Tier2;
import org.jspecify.annotations.Nullable;

/**
 * The tiers and the machine that the coordinator moves segments on.
 *
 * @param host the machine
 * @param config of the store
 * @param disk where things are written
 * @param slots of Tier 0
 * @param hotSet sealed segments with a copy in Tier 0
 * @param warm files of Tier 1
 * @param tier2 the object store; null: none
 * @param claim what the store has of Tier 2; null: there is none
 * @param cache of frames
 * @param repairs counts damage
 * @param cursors of consumers, kept in snapshots
 */
public record Parts(
    Host host,
    AofConfig config,
    DiskPlaces disk,
    SlotPool slots,
    HotSet hotSet,
    WarmFiles warm,
    @Nullable Tier2 tier2,
    @Nullable Tier2Claim claim,
    FrameCache cache,
    Repairs repairs,
    CursorFiles cursors) {}
