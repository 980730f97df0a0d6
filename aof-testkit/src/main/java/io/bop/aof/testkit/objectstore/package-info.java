/** The contract that every object store keeps, and a store that fails on purpose. */
@NullMarked
package io.bop.aof.testkit.objectstore;

import org.jspecify.annotations.NullMarked;
