/**
 * The template and the conversion between objects and records. Needs Spring Framework only where a
 * class says so; nothing here needs Spring Boot.
 */
@NullMarked
package io.bop.aof.spring.core;

import org.jspecify.annotations.NullMarked;
