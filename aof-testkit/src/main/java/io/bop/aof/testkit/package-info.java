/** Tools to test code that uses AOF: a seeded property harness and encoded records. */
@NullMarked
package io.bop.aof.testkit;

import org.jspecify.annotations.NullMarked;
