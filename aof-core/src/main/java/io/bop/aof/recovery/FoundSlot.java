package io.bop.aof.recovery;

import io.bop.aof.format.SegmentHeader;
import io.bop.aof.segment.Slot;

/**
 * A slot file that holds an unsealed segment.
 *
 * @param slot the file
 * @param header its header
 * @param durablePosition position below which everything was forced, as far as the header page says
 */
record FoundSlot(Slot slot, SegmentHeader header, long durablePosition) {}
