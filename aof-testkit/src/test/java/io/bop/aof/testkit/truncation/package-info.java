/** A mapped file that somebody cuts from outside. */
@NullMarked
package io.bop.aof.testkit.truncation;

import org.jspecify.annotations.NullMarked;
