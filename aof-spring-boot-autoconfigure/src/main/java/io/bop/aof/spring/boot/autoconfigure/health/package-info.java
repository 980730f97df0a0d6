/** Auto-configuration of the health contributor {@code aof}. */
@NullMarked
package io.bop.aof.spring.boot.autoconfigure.health;

import org.jspecify.annotations.NullMarked;
