@NullMarked
package io.bop.aof.testkit.outage;

import org.jspecify.annotations.NullMarked;
