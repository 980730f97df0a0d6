package io.bop.aof.spring.observation;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;

/**
 * Name and keys of observed what listeners handle. A bean of this type replaces {@link
 * DefaultAofListenerConvention}.
 */
public interface AofListenerConvention extends ObservationConvention<AofListenerContext> {

  @Override
  default boolean supportsContext(Observation.Context context) {
    return context instanceof AofListenerContext;
  }
}
