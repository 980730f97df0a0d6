/** Durable named places in streams, one small file each. */
@NullMarked
package io.bop.aof.cursor;

import org.jspecify.annotations.NullMarked;
