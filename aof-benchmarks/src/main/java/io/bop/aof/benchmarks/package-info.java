/** The engine beside its raw limits, interleaved in one run. */
@NullMarked
package io.bop.aof.benchmarks;

import org.jspecify.annotations.NullMarked;
