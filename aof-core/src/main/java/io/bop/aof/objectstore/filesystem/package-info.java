/** Objects as files of one directory: the embedded default of Tier 2. */
@NullMarked
package io.bop.aof.objectstore.filesystem;

import org.jspecify.annotations.NullMarked;
