package io.bop.aof.tier0;

import io.bop.aof.io.Host;
import io.bop.aof.io.Threads.WorkerPool;
import io.bop.aof.segment.CommitTablePool;
import java.util.UUID;

/**
 * What the streams of one store share.
 *
 * @param host the machine
 * @param storeId identity in every header
 * @param epoch of this writer
 * @param slots where segments get their files
 * @param pages of commit tables
 * @param flushWorkers force what nobody waits for
 * @param completions complete futures
 * @param events who is told
 */
public record HotContext(
    Host host,
    UUID storeId,
    long epoch,
    SlotPool slots,
    CommitTablePool pages,
    WorkerPool flushWorkers,
    WorkerPool completions,
    HotEvents events) {}
