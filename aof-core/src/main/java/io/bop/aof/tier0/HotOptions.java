package io.bop.aof.tier0;

/**
 * Settings of one stream's hot part.
 *
 * @param smallest class of its segments
 * @param largest class of its segments
 * @param intervalNanos longest time that a record waits for the disk without being asked for
 * @param watermark unflushed bytes that start a flush
 * @param maxUnflushed unflushed bytes at which appends wait
 * @param appendTimeoutNanos after which a claim that never commits poisons the stream
 */
public record HotOptions(
    SizeClass smallest,
    SizeClass largest,
    long intervalNanos,
    long watermark,
    long maxUnflushed,
    long appendTimeoutNanos) {}
