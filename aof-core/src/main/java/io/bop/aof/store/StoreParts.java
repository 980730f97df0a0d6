package io.bop.aof.store;

import io.bop.aof.AofConfig;
import io.bop.aof.RecoveryReport;
import io.bop.aof.coordinator.Coordinator;
import io.bop.aof.cursor.CursorFiles;
import io.bop.aof.io.DiskRoom;
import io.bop.aof.io.Host;
import io.bop.aof.io.Threads.WorkerPool;
import io.bop.aof.manifest.Ledger;
import io.bop.aof.read.SegmentCopies;
import io.bop.aof.segment.CommitTablePool;
import io.bop.aof.tier0.HotSet;
import io.bop.aof.tier0.SlotPool;
import io.bop.aof.tier1.WarmFiles;
import io.bop.aof.tier2.Tier2;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** All parts of an open store, wired. */
record StoreParts(
    Host host,
    AofConfig config,
    GuardedListener listener,
    UUID storeId,
    StoreLock lock,
    Ledger ledger,
    Coordinator coordinator,
    DiskRoom room,
    SlotPool slots,
    HotSet hotSet,
    CommitTablePool pages,
    WarmFiles warm,
    @Nullable Tier2 tier2,
    SegmentCopies copies,
    CursorFiles cursors,
    Pools pools,
    long epoch,
    RecoveryReport recovery) {

  /** Threads that belong to no other part. */
  record Pools(WorkerPool flush, WorkerPool completions, WorkerPool reads, WorkerPool fetches) {}
}
