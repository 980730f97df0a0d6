/** The flight log: a small web service that keeps real flight events in an AOF store. */
@NullMarked
package io.bop.aof.sample;

import org.jspecify.annotations.NullMarked;
