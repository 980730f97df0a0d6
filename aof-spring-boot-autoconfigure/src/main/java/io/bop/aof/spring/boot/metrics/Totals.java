package io.bop.aof.spring.boot.metrics;

import io.bop.aof.StreamSnapshot.Reads;
import io.bop.aof.StreamSnapshot.Traffic;
import io.bop.aof.Tier;
import io.micrometer.core.instrument.Meter;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What went through the streams that share one tag value. It only rises, whatever becomes of the
 * streams. Thread-safe; guarded by this.
 */
final class Totals {

  private final List<Meter> meters = new ArrayList<>();
  private final Map<Tier, Reads> reads = new EnumMap<>(Tier.class);
  private long records;
  private long bytes;
  private long backlog;

  /** What was added to a stream's traffic since it was {@code before}. */
  synchronized void add(Traffic now, Traffic before) {
    records += Math.max(0, now.appendedRecords() - before.appendedRecords());
    bytes += Math.max(0, now.appendedBytes() - before.appendedBytes());
    for (Tier tier : Tier.values()) {
      reads.put(tier, sum(reads(tier), difference(of(now, tier), of(before, tier))));
    }
  }

  private static Reads of(Traffic traffic, Tier tier) {
    return traffic.reads().getOrDefault(tier, new Reads(0, 0, 0, 0));
  }

  private static Reads difference(Reads now, Reads before) {
    return new Reads(
        now.runs() - before.runs(),
        now.records() - before.records(),
        now.bytes() - before.bytes(),
        now.recordsBehind() - before.recordsBehind());
  }

  private static Reads sum(Reads one, Reads other) {
    return new Reads(
        one.runs() + other.runs(),
        one.records() + other.records(),
        one.bytes() + other.bytes(),
        one.recordsBehind() + other.recordsBehind());
  }

  /** Bytes that are not durable yet, now. */
  synchronized void backlog(long value) {
    backlog = value;
  }

  synchronized long backlog() {
    return backlog;
  }

  synchronized long records() {
    return records;
  }

  synchronized long bytes() {
    return bytes;
  }

  synchronized Reads reads(Tier tier) {
    return reads.getOrDefault(tier, new Reads(0, 0, 0, 0));
  }

  /** Remembers a meter that reads from here. */
  synchronized void read(Meter meter) {
    meters.add(meter);
  }

  /** The meters that read from here. */
  synchronized List<Meter> meters() {
    return List.copyOf(meters);
  }
}
