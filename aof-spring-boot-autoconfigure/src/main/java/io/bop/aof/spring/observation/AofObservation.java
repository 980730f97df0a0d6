package io.bop.aof.spring.observation;

import io.micrometer.common.docs.KeyName;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;
import io.micrometer.observation.docs.ObservationDocumentation;

/**
 * What is observed of the template and of listeners, with the keys that the default conventions
 * give. Names of streams and whatever else has no bound are given to spans only, not to meters.
 */
public enum AofObservation implements ObservationDocumentation {

  /** One append of the template, of a record or of a batch, until its result is known. */
  APPEND {
    @Override
    public Class<? extends ObservationConvention<? extends Observation.Context>>
        getDefaultConvention() {
      return DefaultAofAppendConvention.class;
    }
  },

  /** One replay of the template, from opening its stream to closing it. */
  REPLAY {
    @Override
    public Class<? extends ObservationConvention<? extends Observation.Context>>
        getDefaultConvention() {
      return DefaultAofReplayConvention.class;
    }

    @Override
    public KeyName[] getHighCardinalityKeyNames() {
      return KeyName.merge(HighKey.values(), ReplayKey.values());
    }
  },

  /** One record, or one batch of records, handled by a listener. */
  LISTENER {
    @Override
    public Class<? extends ObservationConvention<? extends Observation.Context>>
        getDefaultConvention() {
      return DefaultAofListenerConvention.class;
    }

    @Override
    public KeyName[] getLowCardinalityKeyNames() {
      return KeyName.merge(LowKey.values(), ListenerKey.values());
    }
  };

  @Override
  public KeyName[] getLowCardinalityKeyNames() {
    return LowKey.values();
  }

  @Override
  public KeyName[] getHighCardinalityKeyNames() {
    return HighKey.values();
  }

  /** Keys of spans and meters. */
  public enum LowKey implements KeyName {
    /** Always {@code aof}. */
    SYSTEM("messaging.system"),
    /** {@code append}, {@code replay} or {@code listen}. */
    OPERATION("messaging.operation.name"),
    /** {@code send}, {@code receive} or {@code process}. */
    OPERATION_TYPE("messaging.operation.type");

    private final String key;

    LowKey(String key) {
      this.key = key;
    }

    @Override
    public String asString() {
      return key;
    }
  }

  /** Keys of spans alone. */
  public enum HighKey implements KeyName {
    /** Name of the stream. */
    STREAM("messaging.destination.name"),
    /** How many records there were. */
    RECORDS("messaging.batch.message_count"),
    /** Bytes of all payloads. */
    BYTES("aof.bytes"),
    /** Offset of the first record; not there when nothing was appended or read. */
    OFFSET("aof.offset");

    private final String key;

    HighKey(String key) {
      this.key = key;
    }

    @Override
    public String asString() {
      return key;
    }
  }

  /** Keys of a replay's span, besides {@link HighKey}. */
  public enum ReplayKey implements KeyName {
    /** Tiers that records came from, nearest first, with commas. */
    TIERS("aof.tiers");

    private final String key;

    ReplayKey(String key) {
      this.key = key;
    }

    @Override
    public String asString() {
      return key;
    }
  }

  /** Keys of a listener's span and meter, besides {@link LowKey}. */
  public enum ListenerKey implements KeyName {
    /** The listener's id. */
    LISTENER_ID("messaging.consumer.group.name");

    private final String key;

    ListenerKey(String key) {
      this.key = key;
    }

    @Override
    public String asString() {
      return key;
    }
  }
}
