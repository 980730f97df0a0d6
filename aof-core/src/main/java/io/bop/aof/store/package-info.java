/** Builds a store from its parts, and is what the public face stands for. */
@NullMarked
package io.bop.aof.store;

import org.jspecify.annotations.NullMarked;
