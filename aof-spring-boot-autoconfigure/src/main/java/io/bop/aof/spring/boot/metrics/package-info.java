/** Meters of a store: counted by the engine, read from {@link io.bop.aof.AofStore#snapshot()}. */
@NullMarked
package io.bop.aof.spring.boot.metrics;

import org.jspecify.annotations.NullMarked;
