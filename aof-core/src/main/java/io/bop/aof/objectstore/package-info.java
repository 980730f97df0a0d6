/** What Tier 2 needs from an object store, and nothing more. */
@NullMarked
package io.bop.aof.objectstore;

import org.jspecify.annotations.NullMarked;
