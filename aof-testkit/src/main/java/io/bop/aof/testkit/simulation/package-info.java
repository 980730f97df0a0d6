/** A machine in memory: what runs on it can be stopped, cut off and started again at any step. */
@NullMarked
package io.bop.aof.testkit.simulation;

import org.jspecify.annotations.NullMarked;
