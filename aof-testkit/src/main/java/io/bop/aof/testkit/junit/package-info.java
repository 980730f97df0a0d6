/** Tests of code that has to survive a bad machine, with JUnit. */
@NullMarked
package io.bop.aof.testkit.junit;

import org.jspecify.annotations.NullMarked;
