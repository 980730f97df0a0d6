/** Doors for the fuzz tests. */
@NullMarked
package io.bop.aof.recovery;

import org.jspecify.annotations.NullMarked;
