/** Doors for the fuzz tests. */
@NullMarked
package io.bop.aof.tier1;

import org.jspecify.annotations.NullMarked;
