package io.bop.aof.follower;

import io.bop.aof.AofConfig;
import io.bop.aof.AofSnapshot;
import io.bop.aof.AofStore;
import io.bop.aof.cursor.CursorFiles;
import io.bop.aof.io.DiskRoom;
import io.bop.aof.io.Host;
import io.bop.aof.io.Threads.WorkerPool;
import io.bop.aof.read.SegmentCopies;
import io.bop.aof.tier1.WarmFiles;
import io.bop.aof.tier2.Tier2;
import java.io.Closeable;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What a follower is made of.
 *
 * @param host the machine
 * @param config its configuration
 * @param manifest that it follows
 * @param tier2 where everything is
 * @param warm what it keeps
 * @param room on its disk
 * @param copies opens segments
 * @param cursors of the consumers on this machine
 * @param pools threads of its readers
 * @param lock of the root, and whatever else ends with it
 * @param snapshots takes snapshots of it
 * @param takeover opens the store in the same root to be written
 */
public record FollowerParts(
    Host host,
    AofConfig config,
    FollowedManifest manifest,
    Tier2 tier2,
    WarmFiles warm,
    DiskRoom room,
    SegmentCopies copies,
    CursorFiles cursors,
    Pools pools,
    Closeable lock,
    Function<FollowerStore, AofSnapshot> snapshots,
    Supplier<AofStore> takeover) {

  /**
   * Threads of readers.
   *
   * @param reads decompress
   * @param fetches wait for Tier 2
   */
  public record Pools(WorkerPool reads, WorkerPool fetches) {}
}
