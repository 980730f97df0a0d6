/** Readers over all tiers: hot, warm, cold, with read-ahead. */
@NullMarked
package io.bop.aof.read;

import org.jspecify.annotations.NullMarked;
