/**
 * The ledger of a store: the log of what happened to its segments, the state folded from it,
 * snapshots of that state, and named invariants over it.
 */
@NullMarked
package io.bop.aof.manifest;

import org.jspecify.annotations.NullMarked;
