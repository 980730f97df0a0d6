/** jcstress tests of the package of the same name. */
@NullMarked
package io.bop.aof.tier0;

import org.jspecify.annotations.NullMarked;
