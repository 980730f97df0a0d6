package io.bop.aof.spring.listener;

import java.util.List;

/**
 * Is put around each call of a listener, retries included: for observations, tenants, logging
 * contexts. Several are called in their order, the first outermost. Called on the listener's
 * threads, by several at once.
 */
@FunctionalInterface
public interface AofListenerInterceptor {

  /** Does nothing of its own. */
  AofListenerInterceptor NOOP = (attempt, call) -> call.proceed();

  /**
   * Must call {@link Call#proceed()} exactly once; without it the records count as handled and the
   * listener has not seen them.
   *
   * @throws Exception what {@code proceed} threw, or a failure of its own, which counts as one of
   *     the listener
   */
  void around(Attempt attempt, Call call) throws Exception;

  /** This one, and inside of it another one. */
  default AofListenerInterceptor andThen(AofListenerInterceptor inner) {
    return (attempt, call) -> around(attempt, () -> inner.around(attempt, call));
  }

  /** The call of the listener. */
  @FunctionalInterface
  interface Call {

    /** Calls the next interceptor, or the listener. */
    void proceed() throws Exception;
  }

  /**
   * One try of a delivery.
   *
   * @param listenerId the container
   * @param stream the stream of all records
   * @param deliveries the record, or the records of a batch; not empty
   * @param batch whether the listener takes batches
   * @param number 1 at the first try, then 2, and so on
   */
  record Attempt(
      String listenerId, String stream, List<AofDelivery> deliveries, boolean batch, int number) {

    /** Copies the list. */
    public Attempt {
      deliveries = List.copyOf(deliveries);
    }
  }
}
