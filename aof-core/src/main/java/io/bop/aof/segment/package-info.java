/** One segment: claim, commit table, write, seal, scan, sparse index. */
@NullMarked
package io.bop.aof.segment;

import org.jspecify.annotations.NullMarked;
