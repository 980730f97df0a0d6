/**
 * Methods as listeners: {@link io.bop.aof.spring.annotation.AofListener}. Needs Spring Messaging.
 */
@NullMarked
package io.bop.aof.spring.annotation;

import org.jspecify.annotations.NullMarked;
