/** Stand-ins for the machine, for tests of AOF and of code that uses it. */
@NullMarked
package io.bop.aof.testkit;

import org.jspecify.annotations.NullMarked;
