/** JMH benchmarks of the small parts. */
@NullMarked
package io.bop.aof.benchmarks.micro;

import org.jspecify.annotations.NullMarked;
