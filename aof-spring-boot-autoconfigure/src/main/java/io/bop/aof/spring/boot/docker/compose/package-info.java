/** Buckets in services of Docker Compose. Needs spring-boot-docker-compose. */
@NullMarked
package io.bop.aof.spring.boot.docker.compose;

import org.jspecify.annotations.NullMarked;
