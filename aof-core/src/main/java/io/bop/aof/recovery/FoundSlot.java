package io.bop.aof.recovery;

import io.bop.aof.format.SegmentHeader;
import io.bop.aof.segment.Slot;

/**
 * A slot file that holds an unsealed segment.
 *
 * @param slot the file
 * @param header its header
 * @param durablePosition position below which everything was forced, as far as the header page says
 * @param promisedPosition the highest such position of all slots that hold this segment
 */
record FoundSlot(Slot slot, SegmentHeader header, long durablePosition, long promisedPosition) {

  /** The same slot, standing for others that hold the segment too. */
  FoundSlot promising(long position) {
    return new FoundSlot(slot, header, durablePosition, Math.max(promisedPosition, position));
  }
}
