package io.bop.aof.store;

import io.bop.aof.AofSnapshot.Backpressure;
import io.bop.aof.BackpressureKind;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Counts how often appends waited or were refused, by kind. Thread-safe. */
final class Waits {

  private final Map<BackpressureKind, LongAdder> waits = new EnumMap<>(BackpressureKind.class);
  private final Map<BackpressureKind, LongAdder> refusals = new EnumMap<>(BackpressureKind.class);

  Waits() {
    for (BackpressureKind kind : BackpressureKind.values()) {
      waits.put(kind, new LongAdder());
      refusals.put(kind, new LongAdder());
    }
  }

  void count(BackpressureKind kind, boolean refused) {
    LongAdder adder = (refused ? refusals : waits).get(kind);
    if (adder != null) {
      adder.increment();
    }
  }

  Map<BackpressureKind, Backpressure> snapshot(int waitingForSlots, boolean exhausted) {
    Map<BackpressureKind, Backpressure> all = new EnumMap<>(BackpressureKind.class);
    BackpressureKind now = exhausted ? BackpressureKind.ADMISSION : BackpressureKind.ROLLOVER;
    waits.forEach(
        (kind, count) -> {
          LongAdder refused = refusals.get(kind);
          all.put(
              kind,
              new Backpressure(
                  count.sum(),
                  refused == null ? 0 : refused.sum(),
                  kind == now ? waitingForSlots : 0));
        });
    return all;
  }
}
