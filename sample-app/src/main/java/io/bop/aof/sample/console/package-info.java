/** What a person sees: progress, numbers and the summary. */
@NullMarked
package io.bop.aof.sample.console;

import org.jspecify.annotations.NullMarked;
