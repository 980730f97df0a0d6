/** Hostile bytes for every decoder. */
@NullMarked
package io.bop.aof.testkit.fuzz;

import org.jspecify.annotations.NullMarked;
