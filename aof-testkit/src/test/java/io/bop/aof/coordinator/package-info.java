/** Doors for the fuzz tests. */
@NullMarked
package io.bop.aof.coordinator;

import org.jspecify.annotations.NullMarked;
