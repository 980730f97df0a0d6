/**
 * The machine on which the proofs run, the runner, and the mutants. The proofs themselves are in
 * the packages of what they prove, so that they reach its parts.
 */
@NullMarked
package io.bop.aof.proofs;

import org.jspecify.annotations.NullMarked;
