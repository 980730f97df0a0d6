package io.bop.aof.spring.observation;

import static io.bop.aof.spring.observation.AofObservation.HighKey.BYTES;
import static io.bop.aof.spring.observation.AofObservation.HighKey.OFFSET;
import static io.bop.aof.spring.observation.AofObservation.HighKey.RECORDS;
import static io.bop.aof.spring.observation.AofObservation.HighKey.STREAM;

import io.bop.aof.spring.observation.AofObservation.ListenerKey;
import io.bop.aof.spring.observation.AofObservation.LowKey;
import io.micrometer.common.KeyValues;

/** Keys of OpenTelemetry's conventions for messaging, where there is one. Stateless. */
public class DefaultAofListenerConvention implements AofListenerConvention {

  /** Name of the observation. */
  public static final String NAME = "aof.listener";

  private static final KeyValues LOW =
      KeyValues.of(
          LowKey.SYSTEM.withValue("aof"),
          LowKey.OPERATION.withValue("listen"),
          LowKey.OPERATION_TYPE.withValue("process"));

  /** For those who change a part of it. */
  public DefaultAofListenerConvention() {}

  @Override
  public String getName() {
    return NAME;
  }

  @Override
  public String getContextualName(AofListenerContext context) {
    return "listen " + context.stream();
  }

  @Override
  public KeyValues getLowCardinalityKeyValues(AofListenerContext context) {
    return LOW.and(ListenerKey.LISTENER_ID.withValue(context.listenerId()));
  }

  @Override
  public KeyValues getHighCardinalityKeyValues(AofListenerContext context) {
    return KeyValues.of(
        STREAM.withValue(context.stream()),
        RECORDS.withValue(String.valueOf(context.recordCount())),
        BYTES.withValue(String.valueOf(context.bytes())),
        OFFSET.withValue(String.valueOf(context.offset())));
  }
}
