/** The engine as a contestant, through its public face. */
@NullMarked
package io.bop.aof.benchmarks.engine;

import org.jspecify.annotations.NullMarked;
