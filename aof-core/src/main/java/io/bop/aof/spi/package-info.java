/** What the public face needs from the engine, found with {@link java.util.ServiceLoader}. */
@NullMarked
package io.bop.aof.spi;

import org.jspecify.annotations.NullMarked;
