/** Buckets in containers of tests. Needs spring-boot-testcontainers. */
@NullMarked
package io.bop.aof.spring.boot.testcontainers;

import org.jspecify.annotations.NullMarked;
