package io.bop.aof.testkit.proof;

/**
 * What one simulation did.
 *
 * @param seed of it
 * @param trace a hash of all that happened, in order: the same for the same seed and code
 * @param steps operations begun
 * @param turns turns that its threads had
 * @param acknowledged records whose append was acknowledged
 * @param read records that readers compared with the model
 * @param crashes power failures
 * @param kills processes killed
 * @param closes clean closes
 * @param faults faults planned
 */
public record SimulationResult(
    long seed,
    long trace,
    long steps,
    long turns,
    long acknowledged,
    long read,
    long crashes,
    long kills,
    long closes,
    long faults) {}
