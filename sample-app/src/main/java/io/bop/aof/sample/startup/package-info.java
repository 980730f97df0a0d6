/** What happens before the service is ready: recover, verify, append, move, replay, verify. */
@NullMarked
package io.bop.aof.sample.startup;

import org.jspecify.annotations.NullMarked;
