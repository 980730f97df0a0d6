/** The actuator endpoint {@code aof}. */
@NullMarked
package io.bop.aof.spring.boot.endpoint;

import org.jspecify.annotations.NullMarked;
