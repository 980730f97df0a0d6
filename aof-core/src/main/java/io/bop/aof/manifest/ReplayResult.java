package io.bop.aof.manifest;

import java.util.List;
import java.util.SortedMap;

/**
 * A manifest that was opened for writing.
 *
 * @param ledger the state
 * @param log ready to append, in a new chunk
 * @param created whether there was no manifest before
 * @param tornBytes cut from the end of the newest chunk
 * @param replayedRecords read from chunks; the snapshot stands for the others
 * @param sealedChunks all local chunks, oldest first, the one that this open sealed included
 * @param shipped what an earlier process knew to be in Tier 2
 * @param extras bytes of others in the snapshot, by number
 * @param warnings snapshots that were ignored, and why
 */
public record ReplayResult(
    Ledger ledger,
    ManifestLog log,
    boolean created,
    long tornBytes,
    long replayedRecords,
    List<SealedChunk> sealedChunks,
    ShippedChain shipped,
    SortedMap<Integer, byte[]> extras,
    List<String> warnings) {}
