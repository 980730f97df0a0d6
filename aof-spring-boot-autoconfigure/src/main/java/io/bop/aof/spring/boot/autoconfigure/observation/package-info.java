/** Auto-configuration of observations and spans. */
@NullMarked
package io.bop.aof.spring.boot.autoconfigure.observation;

import org.jspecify.annotations.NullMarked;
