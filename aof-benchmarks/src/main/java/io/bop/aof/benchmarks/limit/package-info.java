/** What the hardware and the JDK allow: the same copy, checksum and force, and nothing else. */
@NullMarked
package io.bop.aof.benchmarks.limit;

import org.jspecify.annotations.NullMarked;
