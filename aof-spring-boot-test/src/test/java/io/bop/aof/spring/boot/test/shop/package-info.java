/** An application under test. */
@NullMarked
package io.bop.aof.spring.boot.test.shop;

import org.jspecify.annotations.NullMarked;
