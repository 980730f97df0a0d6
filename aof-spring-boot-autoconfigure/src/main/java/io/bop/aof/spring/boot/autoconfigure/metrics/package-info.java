/** Auto-configuration of the meters. */
@NullMarked
package io.bop.aof.spring.boot.autoconfigure.metrics;

import org.jspecify.annotations.NullMarked;
