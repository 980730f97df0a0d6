/** Makes a store openable after any stop: scans, cuts, seals, reconciles. */
@NullMarked
package io.bop.aof.recovery;

import org.jspecify.annotations.NullMarked;
