/** The rules that hold for the source as a whole. */
@NullMarked
package io.bop.aof.architecture;

import org.jspecify.annotations.NullMarked;
