/** What a store does when its disk fails, is full, or belongs to somebody else. */
@NullMarked
package io.bop.aof.testkit.faults;

import org.jspecify.annotations.NullMarked;
