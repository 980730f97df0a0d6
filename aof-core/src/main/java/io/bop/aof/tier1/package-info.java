/** Warm files, the frame cache, compression profiles. */
@NullMarked
package io.bop.aof.tier1;

import org.jspecify.annotations.NullMarked;
