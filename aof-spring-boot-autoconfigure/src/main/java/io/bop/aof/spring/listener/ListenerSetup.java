package io.bop.aof.spring.listener;

import io.bop.aof.AofCursors;
import io.bop.aof.AofStore;
import java.util.concurrent.ThreadFactory;

/**
 * What a container works with.
 *
 * @param store where the streams are
 * @param cursors where the places are kept
 * @param endpoint who listens to what
 * @param options how
 * @param errorHandler decides about failures
 * @param interceptor is put around each call
 * @param threads makes the threads of a run
 */
record ListenerSetup(
    AofStore store,
    AofCursors cursors,
    AofListenerEndpoint endpoint,
    AofListenerOptions options,
    AofListenerErrorHandler errorHandler,
    AofListenerInterceptor interceptor,
    ThreadFactory threads) {

  /** The id of the container. */
  String id() {
    return endpoint.id();
  }
}
