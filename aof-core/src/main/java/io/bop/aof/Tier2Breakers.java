package io.bop.aof;

/**
 * Where the circuit breakers of Tier 2 are kept. Made by {@code
 * io.bop.aof.tier2.RegisteredBreakers} and by nothing else; the type is here so that a
 * configuration can be read without Resilience4j.
 */
public interface Tier2Breakers {}
