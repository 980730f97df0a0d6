/** The HTTP side: events, segments, status and the tail. */
@NullMarked
package io.bop.aof.sample.web;

import org.jspecify.annotations.NullMarked;
