package io.bop.aof.tier0;

import io.bop.aof.io.MappedFile;
import io.bop.aof.segment.Slot;

/**
 * A slot that can become a segment at once: really there, freshly mapped, its salt unused.
 *
 * @param slot the file
 * @param mapping made for this use
 * @param salt already durable in the slot's header
 */
record ReadySlot(Slot slot, MappedFile mapping, long salt) {}
