/**
 * Byte layouts, codecs, checksums, versions: pure functions, without channels, threads, clocks or
 * loggers.
 */
@NullMarked
package io.bop.aof.format;

import org.jspecify.annotations.NullMarked;
