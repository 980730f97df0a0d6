/** jcstress tests of the package of the same name. */
@NullMarked
package io.bop.aof.segment;

import org.jspecify.annotations.NullMarked;
