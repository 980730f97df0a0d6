/** What the alert rules warn of, made to happen in real stores. */
@NullMarked
package io.bop.aof.spring.boot.test.alerts;

import org.jspecify.annotations.NullMarked;
