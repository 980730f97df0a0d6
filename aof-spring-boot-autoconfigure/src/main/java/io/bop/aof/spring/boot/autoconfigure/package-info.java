/** Auto-configuration of the store and the template, and the properties under {@code aof}. */
@NullMarked
package io.bop.aof.spring.boot.autoconfigure;

import org.jspecify.annotations.NullMarked;
