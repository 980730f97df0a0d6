package io.bop.aof.spring.listener;

import org.springframework.util.backoff.BackOff;

/**
 * Decides about records that a listener did not handle. Called on the listener's threads, by
 * several at once.
 */
public interface AofListenerErrorHandler {

  /**
   * How often, and after which pauses, the delivery is tried again; asked at its first failure.
   * During a pause no later record of the stream is delivered, nor one of the other streams of the
   * same thread (with {@link DeliveryOrder#KEY}, none of the keys of the same thread). A stop of
   * the container ends it at once, and what fails while the container stops is not asked about.
   */
  BackOff backOff(FailedDelivery failed);

  /**
   * What becomes of the record when there is no further try. A batch has been divided by then: the
   * delivery holds exactly one record.
   *
   * @throws RuntimeException when the record could not be set aside; it is delivered again later
   */
  AfterFailure exhausted(FailedDelivery failed);
}
