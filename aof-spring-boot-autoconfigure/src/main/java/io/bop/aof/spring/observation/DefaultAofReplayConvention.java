package io.bop.aof.spring.observation;

import static io.bop.aof.spring.observation.AofObservation.HighKey.BYTES;
import static io.bop.aof.spring.observation.AofObservation.HighKey.OFFSET;
import static io.bop.aof.spring.observation.AofObservation.HighKey.RECORDS;
import static io.bop.aof.spring.observation.AofObservation.HighKey.STREAM;

import io.bop.aof.spring.observation.AofObservation.LowKey;
import io.bop.aof.spring.observation.AofObservation.ReplayKey;
import io.micrometer.common.KeyValues;
import java.util.Locale;
import java.util.stream.Collectors;

/** Keys of OpenTelemetry's conventions for messaging, where there is one. Stateless. */
public class DefaultAofReplayConvention implements AofReplayConvention {

  /** Name of the observation. */
  public static final String NAME = "aof.template.replay";

  private static final KeyValues LOW =
      KeyValues.of(
          LowKey.SYSTEM.withValue("aof"),
          LowKey.OPERATION.withValue("replay"),
          LowKey.OPERATION_TYPE.withValue("receive"));

  /** For those who change a part of it. */
  public DefaultAofReplayConvention() {}

  @Override
  public String getName() {
    return NAME;
  }

  @Override
  public String getContextualName(AofReplayContext context) {
    return "replay " + context.stream();
  }

  @Override
  public KeyValues getLowCardinalityKeyValues(AofReplayContext context) {
    return LOW;
  }

  @Override
  public KeyValues getHighCardinalityKeyValues(AofReplayContext context) {
    KeyValues keys =
        KeyValues.of(
            STREAM.withValue(context.stream()),
            RECORDS.withValue(String.valueOf(context.recordCount())),
            BYTES.withValue(String.valueOf(context.bytes())));
    if (!context.tiers().isEmpty()) {
      keys = keys.and(ReplayKey.TIERS.withValue(tiers(context)));
    }
    return context.offset().isPresent()
        ? keys.and(OFFSET.withValue(String.valueOf(context.offset().getAsLong())))
        : keys;
  }

  private static String tiers(AofReplayContext context) {
    return context.tiers().stream()
        .map(tier -> tier.name().toLowerCase(Locale.ROOT))
        .collect(Collectors.joining(","));
  }
}
