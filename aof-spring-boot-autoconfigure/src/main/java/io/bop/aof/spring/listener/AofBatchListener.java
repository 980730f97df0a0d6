package io.bop.aof.spring.listener;

import java.util.List;

/** Handles several records of one stream at once. */
@FunctionalInterface
public interface AofBatchListener {

  /**
   * Handles a batch of at least one record, in the order of their offsets; all of them count as
   * handled when this returns, unless the mode is {@link AckMode#MANUAL}.
   *
   * @throws AofBatchListenerFailedException when those in front of one were handled
   * @throws Exception when it is not known which of them were handled: all come again, and record
   *     by record in the end
   */
  void onBatch(List<AofDelivery> deliveries, Acknowledgment acknowledgment) throws Exception;
}
