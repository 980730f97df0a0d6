package io.bop.aof.testkit.torture;

import io.bop.aof.Durability;
import io.bop.aof.StreamConfig;

/** The streams that are written to, and how safe their records are when nothing else is said. */
enum TortureStream {
  MEMORY(Durability.MEMORY),
  FLUSHED(Durability.FLUSHED),
  MIXED(Durability.FLUSHED),
  QUIET(Durability.MEMORY);

  private final Durability durability;

  TortureStream(Durability durability) {
    this.durability = durability;
  }

  String streamName() {
    return "torture-" + ordinal();
  }

  Durability durability() {
    return durability;
  }

  StreamConfig config() {
    return new StreamConfig(durability, null, null, null, null, null);
  }

  static TortureStream at(int ordinal) {
    return values()[ordinal];
  }
}
