/** What a store does, as structured log events. */
@NullMarked
package io.bop.aof.spring.boot.logging;

import org.jspecify.annotations.NullMarked;
