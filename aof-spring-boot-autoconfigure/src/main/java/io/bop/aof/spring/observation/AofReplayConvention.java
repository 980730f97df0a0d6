package io.bop.aof.spring.observation;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;

/**
 * Name and keys of observed replays of the template. A bean of this type replaces {@link
 * DefaultAofReplayConvention}.
 */
public interface AofReplayConvention extends ObservationConvention<AofReplayContext> {

  @Override
  default boolean supportsContext(Observation.Context context) {
    return context instanceof AofReplayContext;
  }
}
