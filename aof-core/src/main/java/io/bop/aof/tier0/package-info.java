/** The hot set: slots, budget, admission, leases, group commit. Knows no other tier. */
@NullMarked
package io.bop.aof.tier0;

import org.jspecify.annotations.NullMarked;
