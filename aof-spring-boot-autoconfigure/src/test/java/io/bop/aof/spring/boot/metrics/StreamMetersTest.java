package io.bop.aof.spring.boot.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.bop.aof.StreamSnapshot;
import io.bop.aof.StreamSnapshot.Reads;
import io.bop.aof.StreamSnapshot.Traffic;
import io.bop.aof.Tier;
import io.bop.aof.spring.testsupport.InMemoryStore;
import io.bop.aof.spring.testsupport.Snapshots;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class StreamMetersTest {

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final StreamMeters meters = new StreamMeters(new OwnMeters(registry), 2);

  private static StreamSnapshot stream(long id, String name, long records, long backlog) {
    Map<Tier, Reads> reads = Map.of(Tier.TIER1, new Reads(1, records / 2, records * 50, 9));
    Traffic traffic = new Traffic(records, records * 100, reads);
    return new StreamSnapshot(name, id, 0, records, records, 0, backlog, List.of(), null, traffic);
  }

  private void see(StreamSnapshot... streams) {
    meters.update(new Snapshots().streams(streams).build());
  }

  private double value(String meter, String... tags) {
    return registry.get(meter).tags(tags).meter().measure().iterator().next().getValue();
  }

  private Set<String> streams() {
    Set<String> values = new TreeSet<>();
    for (Meter meter : registry.getMeters()) {
      String tag = meter.getId().getTag("stream");
      if (tag != null) {
        values.add(tag);
      }
    }
    return values;
  }

  @Test
  void givesSoManyStreamsATagAndTheOthersOneTogether() {
    see(stream(1, "a", 10, 1), stream(2, "b", 20, 2), stream(3, "c", 30, 3), stream(4, "d", 5, 4));

    assertThat(streams()).containsExactly("a", "b", "other");
    assertThat(value("aof.append.records", "stream", "b")).isEqualTo(20);
    assertThat(value("aof.append.records", "stream", "other")).isEqualTo(35);
    assertThat(value("aof.append.bytes", "stream", "other")).isEqualTo(3_500);
    assertThat(value("aof.flush.backlog.bytes", "stream", "other")).isEqualTo(7);
    assertThat(value("aof.read.records", "stream", "a", "tier", "tier1")).isEqualTo(5);
    assertThat(value("aof.read", "tier", "tier1")).isEqualTo(4);
    assertThat(value("aof.read.distance", "tier", "tier1")).isEqualTo(36);
  }

  @Test
  void countersNeverFallWhenStreamsGo() {
    see(stream(1, "a", 10, 1), stream(2, "b", 20, 2), stream(3, "c", 30, 3), stream(4, "d", 5, 4));
    see(stream(1, "a", 11, 0), stream(2, "b", 20, 2), stream(4, "d", 6, 0));

    assertThat(value("aof.append.records", "stream", "a")).isEqualTo(11);
    assertThat(value("aof.append.records", "stream", "other")).isEqualTo(36);
    assertThat(value("aof.flush.backlog.bytes", "stream", "other")).isZero();
  }

  @Test
  void aStreamThatIsCreatedAnewUnderItsNameGoesOnCounting() {
    see(stream(1, "a", 10, 1));
    see(stream(7, "a", 3, 1));

    assertThat(value("aof.append.records", "stream", "a")).isEqualTo(13);
  }

  @Test
  void aDeletedStreamLeavesItsPlaceToAnother() {
    see(stream(1, "a", 10, 1), stream(2, "b", 20, 2));
    see(stream(2, "b", 20, 2), stream(3, "c", 1, 0));

    assertThat(streams()).containsExactly("b", "c");
  }

  @Test
  void asksForASnapshotAtMostOnceASecond() {
    InMemoryStore store = new InMemoryStore();
    long[] now = {0};
    int[] taken = {0};
    SnapshotCache cache = new SnapshotCache(store, () -> now[0], snapshot -> taken[0]++);
    cache.get();
    now[0] = 999_999_999;
    cache.get();
    assertThat(taken[0]).isEqualTo(1);
    now[0] = 1_000_000_000;
    cache.get();
    assertThat(taken[0]).isEqualTo(2);
  }
}
