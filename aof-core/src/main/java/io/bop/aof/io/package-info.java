/**
 * The only door to files, mappings, clocks, chance and threads; replaceable as a whole in tests.
 */
@NullMarked
package io.bop.aof.io;

import org.jspecify.annotations.NullMarked;
