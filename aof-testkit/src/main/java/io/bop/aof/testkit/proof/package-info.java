/**
 * The whole store under simulation: random histories from a seed, with crashes and faults at any
 * moment, checked against a model of what was acknowledged.
 */
@NullMarked
package io.bop.aof.testkit.proof;

import org.jspecify.annotations.NullMarked;
