package io.bop.aof.spring.core;

import io.bop.aof.AofStore;
import org.jspecify.annotations.Nullable;

/**
 * Work with the store itself; see {@link AofOperations#execute}.
 *
 * @param <R> what it returns
 */
@FunctionalInterface
public interface AofCallback<R extends @Nullable Object> {

  /** Uses the store; must not close it. */
  R doInStore(AofStore store);
}
