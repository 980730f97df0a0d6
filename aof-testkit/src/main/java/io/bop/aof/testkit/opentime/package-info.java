/** A program that measures how the time to open a store depends on its history. */
@NullMarked
package io.bop.aof.testkit.opentime;

import org.jspecify.annotations.NullMarked;
