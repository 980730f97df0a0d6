/**
 * Containers that read streams and hand their records to listeners, with durable places, retries
 * and back-off. Needs Spring Framework, and neither Spring Boot nor Spring Messaging.
 */
@NullMarked
package io.bop.aof.spring.listener;

import org.jspecify.annotations.NullMarked;
