package io.bop.aof;

/**
 * Records that only this root has: another writer took the store over before they reached Tier 2.
 *
 * @param stream the stream
 * @param from the first of them
 * @param to first offset after them
 */
public record SalvageRange(String stream, long from, long to) {}
