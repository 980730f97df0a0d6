/** Tests of applications that use AOF. */
@NullMarked
package io.bop.aof.spring.boot.test;

import org.jspecify.annotations.NullMarked;
