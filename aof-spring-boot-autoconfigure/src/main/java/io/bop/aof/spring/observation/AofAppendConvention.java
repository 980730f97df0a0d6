package io.bop.aof.spring.observation;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;

/**
 * Name and keys of observed appends of the template. A bean of this type replaces {@link
 * DefaultAofAppendConvention}.
 */
public interface AofAppendConvention extends ObservationConvention<AofAppendContext> {

  @Override
  default boolean supportsContext(Observation.Context context) {
    return context instanceof AofAppendContext;
  }
}
