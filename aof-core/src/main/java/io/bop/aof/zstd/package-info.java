/** The Zstandard seekable format; the only user of zstd-jni. */
@NullMarked
package io.bop.aof.zstd;

import org.jspecify.annotations.NullMarked;
