/**
 * The public face of AOF: the store, its streams, readers, configuration, snapshots and exceptions.
 *
 * <p>Nothing here depends on the engine below it; {@link io.bop.aof.AofStore#open} finds the engine
 * through {@link io.bop.aof.spi.AofEngine}.
 */
@NullMarked
package io.bop.aof;

import org.jspecify.annotations.NullMarked;
