package io.bop.aof.spring.listener;

/**
 * Says that what was delivered has been handled, with {@link AckMode#MANUAL}; in the other modes
 * the container knows, and calls have no effect. May be called by any thread, also after the
 * listener returned, and more than once.
 */
@FunctionalInterface
public interface Acknowledgment {

  /**
   * The record, or every record of the batch, has been handled. The saved place moves up to the
   * lowest record that was not acknowledged, soon after this returned. Without effect once the
   * container was stopped: the record comes again when it starts.
   */
  void acknowledge();
}
