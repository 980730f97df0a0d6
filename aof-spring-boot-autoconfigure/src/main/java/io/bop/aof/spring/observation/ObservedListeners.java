package io.bop.aof.spring.observation;

import io.bop.aof.AofRecord;
import io.bop.aof.spring.listener.AofDelivery;
import io.bop.aof.spring.listener.AofListenerInterceptor;
import java.util.List;
import java.util.Objects;

/**
 * Observes each try of a delivery: {@link AofObservation#LISTENER}. Immutable; safe for use by many
 * threads.
 */
public final class ObservedListeners implements AofListenerInterceptor {

  private final AofListenerObservation observation;

  /** Observes with this. */
  public ObservedListeners(AofListenerObservation observation) {
    this.observation = Objects.requireNonNull(observation, "observation");
  }

  @Override
  public void around(Attempt attempt, Call call) throws Exception {
    observation.<Exception>observe(() -> context(attempt), call::proceed);
  }

  private static AofListenerContext context(Attempt attempt) {
    List<AofRecord> records = attempt.deliveries().stream().map(AofDelivery::record).toList();
    return attempt.batch()
        ? AofListenerContext.ofBatch(attempt.listenerId(), attempt.stream(), records)
        : AofListenerContext.ofRecord(attempt.listenerId(), attempt.stream(), records.get(0));
  }
}
