/** jcstress tests of the package of the same name. */
@NullMarked
package io.bop.aof.read;

import org.jspecify.annotations.NullMarked;
