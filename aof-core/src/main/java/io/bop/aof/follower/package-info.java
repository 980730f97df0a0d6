/**
 * Stores that read only: they replay the manifest that Tier 2 has, as it grows, and serve reads
 * from it.
 */
@NullMarked
package io.bop.aof.follower;

import org.jspecify.annotations.NullMarked;
