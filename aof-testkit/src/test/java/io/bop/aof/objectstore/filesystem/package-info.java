/** Doors for the fuzz tests. */
@NullMarked
package io.bop.aof.objectstore.filesystem;

import org.jspecify.annotations.NullMarked;
