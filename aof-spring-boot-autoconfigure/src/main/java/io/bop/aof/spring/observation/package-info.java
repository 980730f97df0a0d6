/**
 * Observations of appends, replays and listeners, and spans of what the engine does by itself.
 * Micrometer Observation comes with Spring; Micrometer Tracing is needed for spans only.
 */
@NullMarked
package io.bop.aof.spring.observation;

import org.jspecify.annotations.NullMarked;
