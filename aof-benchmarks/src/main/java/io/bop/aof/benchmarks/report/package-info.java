/** Figures: statistics, tables, the machine they were taken on. */
@NullMarked
package io.bop.aof.benchmarks.report;

import org.jspecify.annotations.NullMarked;
