/** Decides and records every transition: seal, compress, upload, hydrate, evict, retire. */
@NullMarked
package io.bop.aof.coordinator;

import org.jspecify.annotations.NullMarked;
