/**
 * A program that kills a store's process at random, over and over, and checks after every start
 * that nothing acknowledged was lost and nothing was invented.
 *
 * <p>{@link io.bop.aof.testkit.torture.Torture} drives; it starts a second process that appends and
 * says what was acknowledged.
 */
@NullMarked
package io.bop.aof.testkit.torture;

import org.jspecify.annotations.NullMarked;
