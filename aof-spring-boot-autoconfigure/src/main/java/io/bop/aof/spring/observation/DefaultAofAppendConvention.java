package io.bop.aof.spring.observation;

import static io.bop.aof.spring.observation.AofObservation.HighKey.BYTES;
import static io.bop.aof.spring.observation.AofObservation.HighKey.OFFSET;
import static io.bop.aof.spring.observation.AofObservation.HighKey.RECORDS;
import static io.bop.aof.spring.observation.AofObservation.HighKey.STREAM;

import io.bop.aof.spring.observation.AofObservation.LowKey;
import io.micrometer.common.KeyValues;

/** Keys of OpenTelemetry's conventions for messaging, where there is one. Stateless. */
public class DefaultAofAppendConvention implements AofAppendConvention {

  /** Name of the observation. */
  public static final String NAME = "aof.template.append";

  private static final KeyValues LOW =
      KeyValues.of(
          LowKey.SYSTEM.withValue("aof"),
          LowKey.OPERATION.withValue("append"),
          LowKey.OPERATION_TYPE.withValue("send"));

  /** For those who change a part of it. */
  public DefaultAofAppendConvention() {}

  @Override
  public String getName() {
    return NAME;
  }

  @Override
  public String getContextualName(AofAppendContext context) {
    return "append " + context.stream();
  }

  @Override
  public KeyValues getLowCardinalityKeyValues(AofAppendContext context) {
    return LOW;
  }

  @Override
  public KeyValues getHighCardinalityKeyValues(AofAppendContext context) {
    KeyValues keys =
        KeyValues.of(
            STREAM.withValue(context.stream()),
            RECORDS.withValue(String.valueOf(context.recordCount())),
            BYTES.withValue(String.valueOf(context.bytes())));
    return context.offset().isPresent()
        ? keys.and(OFFSET.withValue(String.valueOf(context.offset().getAsLong())))
        : keys;
  }
}
