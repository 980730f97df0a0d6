/** Stores that come back from the bucket alone. */
@NullMarked
package io.bop.aof.testkit.restore;

import org.jspecify.annotations.NullMarked;
