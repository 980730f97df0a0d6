package io.bop.aof.spring.observation;

import io.bop.aof.AofRecord;
import io.bop.aof.Tier;
import io.micrometer.observation.Observation;
import java.util.Collections;
import java.util.EnumSet;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One replay that is observed. Confined to the thread that reads, and then to the closing one. */
public final class AofReplayContext extends Observation.Context {

  private final String stream;
  private final Set<Tier> tiers = EnumSet.noneOf(Tier.class);
  private long recordCount;
  private long bytes;
  private long firstOffset;

  AofReplayContext(String stream) {
    this.stream = stream;
  }

  void read(AofRecord record, @Nullable Tier tier) {
    if (recordCount == 0) {
      firstOffset = record.offset();
    }
    recordCount++;
    bytes += record.payloadSize();
    if (tier != null) {
      tiers.add(tier);
    }
  }

  /** Name of the stream. */
  public String stream() {
    return stream;
  }

  /** How many records were read so far. */
  public long recordCount() {
    return recordCount;
  }

  /** Bytes of all payloads read so far. */
  public long bytes() {
    return bytes;
  }

  /** Offset of the first record; empty when none was read. */
  public OptionalLong offset() {
    return recordCount == 0 ? OptionalLong.empty() : OptionalLong.of(firstOffset);
  }

  /** Tiers that records came from, nearest first. */
  public Set<Tier> tiers() {
    return Collections.unmodifiableSet(tiers);
  }
}
