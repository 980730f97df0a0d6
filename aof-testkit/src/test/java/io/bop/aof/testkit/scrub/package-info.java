/** Damage at rest that nobody reads, and who finds it. */
@NullMarked
package io.bop.aof.testkit.scrub;

import org.jspecify.annotations.NullMarked;
