package io.bop.aof.testkit.tier2;

import static org.assertj.core.api.Assertions.assertThat;

import io.bop.aof.AofConfig;
import io.bop.aof.AofSnapshot;
import io.bop.aof.AofStore;
import io.bop.aof.AofStream;
import io.bop.aof.AppendRequest;
import io.bop.aof.Durability;
import io.bop.aof.RequestKind;
import io.bop.aof.StreamSnapshot.Segment;
import io.bop.aof.Tier;
import io.bop.aof.format.ManifestChunkReader;
import io.bop.aof.format.ManifestRecord;
import io.bop.aof.format.ObjectKeys;
import io.bop.aof.store.Engine;
import io.bop.aof.testkit.SeededRandom;
import io.bop.aof.testkit.objectstore.MemoryBucket;
import io.bop.aof.testkit.objectstore.SlowNetwork;
import io.bop.aof.testkit.objectstore.SlowNetwork.Link;
import io.bop.aof.testkit.simulation.SimulatedHost;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongUnaryOperator;
import java.util.function.UnaryOperator;

/** A simulated machine with one store over a bucket, whose every request is counted. */
final class CountedMachine implements AutoCloseable {

  static final long MIB = 1024 * 1024;
  static final Duration LONG_ENOUGH = Duration.ofMinutes(10);
  static final Duration LATENCY = Duration.ofMillis(20);

  final SimulatedHost host;
  final MemoryBucket bucket = new MemoryBucket();
  final SlowNetwork network;
  final AofStore store;
  final AofStream stream;

  /** Opens the store, of 1 MiB segments and little room, but for what the settings say. */
  CountedMachine(long seed, UnaryOperator<AofConfig.Builder> settings) {
    this(seed, settings, Link.ofConnections(LATENCY, 0));
  }

  /** The same behind another link. */
  CountedMachine(long seed, UnaryOperator<AofConfig.Builder> settings, Link link) {
    host = new SimulatedHost(seed);
    network = new SlowNetwork(bucket.on(host, Duration.ofMillis(1)), host, link);
    AofConfig.Builder small =
        AofConfig.builder(Path.of("/data/store"))
            .maxRecordSize(64 * 1024)
            .segment(s -> s.withMinSize(MIB).withMaxSize(MIB))
            .tier0(t -> t.withMaxBytes(4 * MIB))
            .tier1(t -> t.withMaxBytes(2 * MIB));
    AofConfig config = settings.apply(small).build();
    store = host.call(() -> Engine.open(config, host, network));
    stream = host.call(() -> store.stream("s"));
  }

  /** The payload of a record: nothing that compression could make smaller. */
  static byte[] payload(long offset, int size) {
    return new SeededRandom(offset).bytes(size);
  }

  /** Appends records in memory and flushes them. */
  void append(long count, int size, LongUnaryOperator micros) {
    host.call(
        () -> {
          long from = stream.nextOffset();
          for (long n = from; n < from + count; n++) {
            stream.append(
                AppendRequest.builder(payload(n, size))
                    .timestampMicros(micros.applyAsLong(n))
                    .durability(Durability.MEMORY)
                    .build());
          }
          stream.flush();
          return stream;
        });
  }

  /** Seals what there is and lets the machine run until nothing is left to do. */
  void settle() {
    host.call(
        () -> {
          stream.seal();
          return stream;
        });
    long end = stream.nextOffset();
    assertThat(host.runUntil(() -> stream.archivedOffset() >= end, LONG_ENOUGH)).isTrue();
    rest();
  }

  /** Lets the machine run until nothing is left to do. */
  void rest() {
    host.run(Long.MAX_VALUE, LONG_ENOUGH);
  }

  Segment segmentOf(long offset) {
    return stream.snapshot().segments().stream()
        .filter(s -> s.baseOffset() <= offset && offset < s.nextOffset())
        .findFirst()
        .orElseThrow();
  }

  void assertCold(long offset) {
    assertThat(segmentOf(offset).residency()).isEqualTo(Set.of(Tier.TIER2));
  }

  /** What was sent since the open, by kind. */
  Map<RequestKind, Long> requests() {
    AofSnapshot.Tier2Usage usage = store.snapshot().tier2();
    assertThat(usage).isNotNull();
    Map<RequestKind, Long> counts = new EnumMap<>(RequestKind.class);
    usage.requests().forEach((kind, requests) -> counts.put(kind, requests.count()));
    assertThat(counts).containsOnlyKeys(RequestKind.values());
    return counts;
  }

  /** What was sent since then; kinds of which there was none are not in it. */
  Map<RequestKind, Long> requestsSince(Map<RequestKind, Long> before) {
    Map<RequestKind, Long> since = new EnumMap<>(RequestKind.class);
    requests()
        .forEach(
            (kind, count) -> {
              long more = count - before.getOrDefault(kind, 0L);
              if (more > 0) {
                since.put(kind, more);
              }
            });
    return since;
  }

  /** Records of a type in those manifest chunks of the bucket, in order. */
  <T extends ManifestRecord> List<T> chainRecords(List<String> keys, Class<T> type) {
    List<T> found = new ArrayList<>();
    for (String key : keys) {
      if (ObjectKeys.parseManifestChunk(key).isPresent()) {
        byte[] bytes = bucket.content(key).orElseThrow();
        ManifestChunkReader reader = new ManifestChunkReader(bytes, bytes.length, key);
        while (reader.next() == ManifestChunkReader.Step.RECORD) {
          if (type.isInstance(reader.record())) {
            found.add(type.cast(reader.record()));
          }
        }
      }
    }
    return found;
  }

  @Override
  public void close() {
    try {
      host.call(
          () -> {
            store.close();
            return store;
          });
    } finally {
      host.release();
    }
  }
}
