package io.bop.aof.spring.listener;

import io.bop.aof.AofCursors;
import io.bop.aof.AofStore;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadFactory;

/**
 * Makes containers that have their options, error handler, interceptors and threads in common.
 * Immutable: each {@code with} returns another factory.
 */
public final class AofListenerContainerFactory {

  private final AofStore store;
  private final AofCursors cursors;
  private final AofListenerOptions options;
  private final AofListenerErrorHandler errorHandler;
  private final AofListenerInterceptor interceptor;
  private final ThreadFactory threads;

  /**
   * With {@link AofListenerOptions#defaults()}, {@link
   * DefaultAofListenerErrorHandler#retryForever()} and platform threads. The store is used, never
   * closed.
   */
  public AofListenerContainerFactory(AofStore store) {
    this(
        store,
        store.cursors(),
        AofListenerOptions.defaults(),
        DefaultAofListenerErrorHandler.retryForever(),
        AofListenerInterceptor.NOOP,
        Thread::new);
  }

  private AofListenerContainerFactory(
      AofStore store,
      AofCursors cursors,
      AofListenerOptions options,
      AofListenerErrorHandler errorHandler,
      AofListenerInterceptor interceptor,
      ThreadFactory threads) {
    this.store = Objects.requireNonNull(store, "store");
    this.cursors = Objects.requireNonNull(cursors, "cursors");
    this.options = Objects.requireNonNull(options, "options");
    this.errorHandler = Objects.requireNonNull(errorHandler, "errorHandler");
    this.interceptor = Objects.requireNonNull(interceptor, "interceptor");
    this.threads = Objects.requireNonNull(threads, "threads");
  }

  /** The options of its containers, where an endpoint does not change them. */
  public AofListenerOptions options() {
    return options;
  }

  /** A factory with other options. */
  public AofListenerContainerFactory withOptions(AofListenerOptions value) {
    return new AofListenerContainerFactory(
        store, cursors, value, errorHandler, interceptor, threads);
  }

  /** A factory with another error handler. */
  public AofListenerContainerFactory withErrorHandler(AofListenerErrorHandler value) {
    return new AofListenerContainerFactory(store, cursors, options, value, interceptor, threads);
  }

  /** A factory with these interceptors, the first one outermost, in place of all others. */
  public AofListenerContainerFactory withInterceptors(List<AofListenerInterceptor> values) {
    AofListenerInterceptor all =
        values.stream().reduce(AofListenerInterceptor::andThen).orElse(AofListenerInterceptor.NOOP);
    return new AofListenerContainerFactory(store, cursors, options, errorHandler, all, threads);
  }

  /** A factory with other threads, for example virtual ones. Containers name them. */
  public AofListenerContainerFactory withThreads(ThreadFactory value) {
    return new AofListenerContainerFactory(
        store, cursors, options, errorHandler, interceptor, value);
  }

  /**
   * A container that is not started, and that nobody else knows of. Start and stop it, declare it
   * as a bean, or let an {@link AofListenerEndpointRegistry} make it.
   *
   * @throws IllegalArgumentException naming all options that are out of their range
   */
  public AofListenerContainer createContainer(AofListenerEndpoint endpoint) {
    AofListenerOptions changed = options.with(endpoint.options());
    List<String> faults = changed.faults();
    if (!faults.isEmpty()) {
      throw new IllegalArgumentException(
          "listener is not valid: id=" + endpoint.id() + " " + String.join("; ", faults));
    }
    AofListenerErrorHandler own = endpoint.errorHandler();
    return new AofListenerContainer(
        new ListenerSetup(
            store,
            cursors,
            endpoint,
            changed,
            own == null ? errorHandler : own,
            interceptor,
            threads));
  }
}
