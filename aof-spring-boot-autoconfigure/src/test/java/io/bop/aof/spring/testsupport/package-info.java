/** Doubles for the tests of this module. */
@NullMarked
package io.bop.aof.spring.testsupport;

import org.jspecify.annotations.NullMarked;
