package io.bop.aof.testkit.tier2;

import static org.assertj.core.api.Assertions.assertThat;

import io.bop.aof.AofConfig;
import io.bop.aof.AofSnapshot;
import io.bop.aof.AofStore;
import io.bop.aof.AofStream;
import io.bop.aof.AppendRequest;
import io.bop.aof.Durability;
import io.bop.aof.RequestKind;
import io.bop.aof.store.Engine;
import io.bop.aof.testkit.objectstore.MemoryBucket;
import io.bop.aof.testkit.simulation.SimulatedHost;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What it costs to write into a store with default settings, at a steady rate on a simulated clock.
 * With {@code -Daof.bill.megabytes=1024} it is the bill of a gigabyte.
 */
@Timeout(1800)
class IngestBillTest {

  private static final long MEGABYTE = 1_000_000;
  private static final int MEGABYTES = Integer.getInteger("aof.bill.megabytes", 12);
  private static final int RECORD = 1_000;
  private static final Duration LONG_ENOUGH = Duration.ofMinutes(10);

  private final SimulatedHost host = new SimulatedHost(19);
  private final MemoryBucket bucket = new MemoryBucket();

  @AfterEach
  void release() {
    host.release();
  }

  @ParameterizedTest
  @ValueSource(longs = {20_000, MEGABYTE, 50 * MEGABYTE})
  void isPutsOfSegmentsAndOfTheManifestThatNamesThem(long bytesPerSecond) {
    AofConfig config = AofConfig.builder(Path.of("/data/store")).build();
    AofStore store =
        host.call(() -> Engine.open(config, host, bucket.on(host, Duration.ofMillis(20))));
    AofStream stream = host.call(() -> store.stream("s"));
    Map<RequestKind, Long> opened = counts(store);
    long began = host.nanos();

    write(stream, bytesPerSecond);
    archive(stream);

    AofSnapshot.Tier2Usage usage = usage(store);
    long seconds = TimeUnit.NANOSECONDS.toSeconds(host.nanos() - began);
    int segments = stream.snapshot().segments().size();
    System.out.printf(
        Locale.ROOT,
        "ingest bill: %d MB at %d kB/s: segments=%d requests=%s dollars=%.6f opening=%s%n",
        MEGABYTES,
        bytesPerSecond / 1_000,
        segments,
        counts(store),
        usage.dollars(),
        opened);
    Map<RequestKind, Long> since = counts(store);
    opened.forEach((kind, count) -> since.merge(kind, -count, Long::sum));
    since.values().removeIf(count -> count == 0);
    assertThat(since).doesNotContainKeys(RequestKind.GET, RequestKind.HEAD, RequestKind.LIST);
    // Chunks are sealed for what is new about uploads, at most once in rotate-after.
    long rotations = seconds / config.manifest().rotateAfter().toSeconds() + 2;
    // A snapshot is taken every thousand records of the manifest, of which a segment makes six.
    long snapshots = segments / 100;
    assertThat(since.get(RequestKind.PUT))
        .isBetween((long) segments, segments + Math.min(segments, rotations) + snapshots + 2);
    close(store);
  }

  private void write(AofStream stream, long bytesPerSecond) {
    int batch = (int) Math.max(1, bytesPerSecond / RECORD / 20);
    long pause = TimeUnit.SECONDS.toNanos(1) * batch * RECORD / bytesPerSecond;
    host.start(
        "writer",
        () -> {
          for (long n = 0; n < MEGABYTES * MEGABYTE / RECORD; n++) {
            stream.append(AppendRequest.builder(payload(n)).durability(Durability.MEMORY).build());
            if (n % batch == batch - 1) {
              sleep(pause);
            }
          }
        });
    long records = MEGABYTES * MEGABYTE / RECORD;
    assertThat(host.runUntil(() -> stream.nextOffset() == records, Duration.ofDays(30))).isTrue();
  }

  private void sleep(long nanos) {
    try {
      host.threads().sleep(nanos);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Sees all of it into the bucket. */
  private void archive(AofStream stream) {
    host.call(
        () -> {
          stream.seal();
          return stream;
        });
    long end = stream.nextOffset();
    assertThat(host.runUntil(() -> stream.archivedOffset() == end, LONG_ENOUGH)).isTrue();
    host.run(Long.MAX_VALUE, LONG_ENOUGH);
  }

  private static byte[] payload(long n) {
    String head = String.format(Locale.ROOT, "{\"event\":%012d,\"text\":\"", n);
    byte[] bytes = head.getBytes(StandardCharsets.US_ASCII);
    byte[] payload = new byte[RECORD];
    System.arraycopy(bytes, 0, payload, 0, bytes.length);
    return payload;
  }

  private static AofSnapshot.Tier2Usage usage(AofStore store) {
    AofSnapshot.Tier2Usage usage = store.snapshot().tier2();
    assertThat(usage).isNotNull();
    return usage;
  }

  private static Map<RequestKind, Long> counts(AofStore store) {
    Map<RequestKind, Long> counts = new EnumMap<>(RequestKind.class);
    usage(store).requests().forEach((kind, requests) -> counts.put(kind, requests.count()));
    return counts;
  }

  private void close(AofStore store) {
    host.call(
        () -> {
          store.close();
          return store;
        });
  }
}
