/** Whole stores with damaged files. */
@NullMarked
package io.bop.aof.testkit.damage;

import org.jspecify.annotations.NullMarked;
