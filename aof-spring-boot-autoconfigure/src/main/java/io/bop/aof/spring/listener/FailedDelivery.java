package io.bop.aof.spring.listener;

import java.util.List;
import java.util.Objects;

/**
 * A delivery that the listener did not handle.
 *
 * @param listenerId the container
 * @param deliveries the record, or the records of a batch; not empty
 * @param cause what the listener threw
 * @param attempts how often it was delivered since the container started, at least 1
 */
public record FailedDelivery(
    String listenerId, List<AofDelivery> deliveries, Throwable cause, int attempts) {

  /** Copies the list. */
  public FailedDelivery {
    Objects.requireNonNull(listenerId, "listenerId");
    Objects.requireNonNull(cause, "cause");
    deliveries = List.copyOf(deliveries);
    if (deliveries.isEmpty()) {
      throw new IllegalArgumentException("a failed delivery has at least one record");
    }
  }

  /** The first record. */
  public AofDelivery first() {
    return deliveries.get(0);
  }
}
