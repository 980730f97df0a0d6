package io.bop.aof.spring.boot.metrics;

import io.bop.aof.AofSnapshot;
import io.bop.aof.StreamSnapshot;
import io.bop.aof.StreamSnapshot.Traffic;
import io.bop.aof.Tier;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Meters of single streams, for so many of them; all others share the tag value {@code other}. A
 * stream that is deleted leaves its place to another. Guarded by the cache that calls {@link
 * #update}.
 */
final class StreamMeters {

  /** Tag value of the streams without one of their own. */
  static final String OTHER = "other";

  /*
   * Totals are made of differences between two snapshots, because what a tag value stands for
   * changes: streams come and go in "other", and a name may be used by one stream after another.
   */

  private final OwnMeters own;
  private final int maxStreams;
  private final Totals all = new Totals();
  private final Map<String, Totals> byTag = new HashMap<>();
  private final Map<Long, Traffic> before = new HashMap<>();

  StreamMeters(OwnMeters own, int maxStreams) {
    this.own = own;
    this.maxStreams = maxStreams;
    for (Tier tier : Tier.values()) {
      String tag = TagValues.of(tier);
      AofMeter.READ.counter(own, all, t -> t.reads(tier).runs(), tag);
      AofMeter.READ_DISTANCE.counter(own, all, t -> t.reads(tier).recordsBehind(), tag);
    }
  }

  /** Brings the totals up to date. */
  void update(AofSnapshot snapshot) {
    forgetGone(snapshot);
    Map<Totals, Long> backlogs = new HashMap<>();
    for (StreamSnapshot stream : snapshot.streams()) {
      Totals totals = totals(stream.name());
      Traffic last = before.put(stream.streamId(), stream.traffic());
      totals.add(stream.traffic(), last == null ? Traffic.NONE : last);
      all.add(stream.traffic(), last == null ? Traffic.NONE : last);
      backlogs.merge(totals, stream.unflushedBytes(), Long::sum);
    }
    byTag.values().forEach(totals -> totals.backlog(backlogs.getOrDefault(totals, 0L)));
  }

  private void forgetGone(AofSnapshot snapshot) {
    Set<String> names = new HashSet<>();
    Set<Long> ids = new HashSet<>();
    for (StreamSnapshot stream : snapshot.streams()) {
      names.add(stream.name());
      ids.add(stream.streamId());
    }
    before.keySet().retainAll(ids);
    byTag
        .entrySet()
        .removeIf(
            entry -> {
              boolean gone = !entry.getKey().equals(OTHER) && !names.contains(entry.getKey());
              if (gone) {
                entry.getValue().meters().forEach(own::remove);
              }
              return gone;
            });
  }

  private Totals totals(String stream) {
    Totals own = byTag.get(stream);
    if (own != null) {
      return own;
    }
    int taken = byTag.size() - (byTag.containsKey(OTHER) ? 1 : 0);
    return byTag.computeIfAbsent(taken < maxStreams ? stream : OTHER, this::register);
  }

  private Totals register(String tag) {
    Totals totals = new Totals();
    totals.read(AofMeter.APPEND_RECORDS.counter(own, totals, Totals::records, tag));
    totals.read(AofMeter.APPEND_BYTES.counter(own, totals, Totals::bytes, tag));
    totals.read(AofMeter.FLUSH_BACKLOG.gauge(own, totals::backlog, tag));
    for (Tier tier : Tier.values()) {
      String tierTag = TagValues.of(tier);
      totals.read(
          AofMeter.READ_RECORDS.counter(own, totals, t -> t.reads(tier).records(), tag, tierTag));
      totals.read(
          AofMeter.READ_BYTES.counter(own, totals, t -> t.reads(tier).bytes(), tag, tierTag));
    }
    return totals;
  }
}
