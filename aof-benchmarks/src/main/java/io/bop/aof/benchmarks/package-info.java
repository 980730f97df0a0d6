/** Measurements: JMH benchmarks and tables. */
@NullMarked
package io.bop.aof.benchmarks;

import org.jspecify.annotations.NullMarked;
