/**
 * Calls to the object store as the engine makes them: with deadlines, retries, limits, a circuit
 * breaker per direction, and answers to the question what became of an unclear put.
 */
@NullMarked
package io.bop.aof.tier2;

import org.jspecify.annotations.NullMarked;
