package io.bop.aof.manifest;

import java.util.Collections;
import java.util.HashMap;
import java.util.Map;

/**
 * What an earlier process knew to be in Tier 2 of a chain.
 *
 * @param index the newest chunk that was there, with all before it; -1: none is known
 * @param length of that chunk in bytes
 * @param archived by id of the stream: all records below were in Tier 2 and recorded in a chunk up
 *     to that one; a lower bound, 0 for streams that are not in it
 */
public record ShippedChain(long index, long length, Map<Long, Long> archived) {

  /** Nothing is known. */
  public static final ShippedChain NONE = new ShippedChain(-1, 0, Map.of());

  /** What is known when that chunk is there, from the state after it. */
  public static ShippedChain of(long index, long length, Ledger state) {
    Map<Long, Long> archived = new HashMap<>();
    for (StreamLedger stream : state.streams()) {
      archived.put(stream.streamId(), stream.archivedOffset());
    }
    return new ShippedChain(index, length, archived);
  }

  /** Copies the map. */
  public ShippedChain {
    archived = Collections.unmodifiableMap(new HashMap<>(archived));
  }

  /** Whether that chunk is known to have been there. */
  public boolean has(SealedChunk chunk) {
    return chunk.index() <= index;
  }
}
