package io.bop.aof.coordinator;

import io.bop.aof.io.DiskRoom;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where a store writes, and whether there is room.
 *
 * @param room where the disk is full
 * @param manifest directory of chunks and snapshots
 * @param warm directory of Tier 1
 * @param objects directory of Tier 2; null when that is none
 */
public record DiskPlaces(DiskRoom room, Path manifest, Path warm, @Nullable Path objects) {}
