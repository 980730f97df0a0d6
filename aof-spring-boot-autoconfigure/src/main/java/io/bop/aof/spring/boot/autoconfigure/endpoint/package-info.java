/** Auto-configuration of the actuator endpoint. */
@NullMarked
package io.bop.aof.spring.boot.autoconfigure.endpoint;

import org.jspecify.annotations.NullMarked;
