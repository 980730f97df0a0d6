package io.bop.aof.segment;

import java.nio.file.Path;

/**
 * A Tier 0 file, allocated once and used again and again.
 *
 * @param number its name; means nothing else
 * @param file where it is
 * @param size its size class in bytes, which never changes
 */
public record Slot(long number, Path file, long size) {}
