/**
 * Health of a store, read from {@link io.bop.aof.AofStore#snapshot()} only: no disk, no network.
 */
@NullMarked
package io.bop.aof.spring.boot.health;

import org.jspecify.annotations.NullMarked;
