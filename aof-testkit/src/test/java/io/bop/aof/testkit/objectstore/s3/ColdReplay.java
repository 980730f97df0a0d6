package io.bop.aof.testkit.objectstore.s3;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.OperatingSystemMXBean;
import io.bop.aof.AofConfig;
import io.bop.aof.AofReader;
import io.bop.aof.AofRecord;
import io.bop.aof.AofSnapshot;
import io.bop.aof.AofStore;
import io.bop.aof.AofStream;
import io.bop.aof.AppendRequest;
import io.bop.aof.Durability;
import io.bop.aof.ReadFrom;
import io.bop.aof.RequestKind;
import io.bop.aof.S3Config;
import io.bop.aof.StreamSnapshot.Segment;
import io.bop.aof.Tier;
import io.bop.aof.Tier2Config;
import io.bop.aof.io.Host;
import io.bop.aof.objectstore.ObjectStore;
import io.bop.aof.objectstore.s3.S3ObjectStore;
import io.bop.aof.store.Engine;
import io.bop.aof.testkit.SeededRandom;
import io.bop.aof.testkit.objectstore.SlowNetwork;
import io.bop.aof.testkit.objectstore.SlowNetwork.Link;
import io.bop.aof.tier2.Tier2;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.awaitility.Awaitility;

/**
 * Reads a history that only a bucket has, record by record, and beside it the same objects by
 * {@link ParallelReads}: the most that the bucket gives, and the most that this machine makes of
 * it.
 */
final class ColdReplay {

  private static final long MIB = 1024 * 1024;
  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final int EVENTS = 16_384;

  private final Shape shape;
  private final Path root;
  private final S3Config bucket;
  private final Tier2Config tier2 = Tier2Config.defaults();
  private final byte[][] events = events();

  /**
   * How much there is of it.
   *
   * @param megabytes of records
   * @param segmentMegabytes of the largest segment file
   */
  record Shape(int megabytes, int segmentMegabytes) {}

  /**
   * One round.
   *
   * @param objects that were read
   * @param bytes of them
   * @param rawBytes of the records in them
   * @param gets by parallel reads of whole bodies
   * @param verified the same, with each record decompressed and verified
   * @param replay by a reader
   * @param requests that the reader made
   * @param received bytes that the reader had fetched
   */
  record Round(
      int objects,
      long bytes,
      long rawBytes,
      Took gets,
      Took verified,
      Took replay,
      long requests,
      long received) {

    /** Of the reader's speed to that of parallel reads. */
    double ofGets() {
      return (double) gets.nanos() / replay.nanos();
    }

    /** Of the reader's speed to that of parallel reads that verify, too. */
    double ofVerified() {
      return (double) verified.nanos() / replay.nanos();
    }

    /** Bytes of objects, in millions a second. */
    double rate(Took took) {
      return bytes * 1e3 / took.nanos();
    }

    /** Processor time for a million bytes of objects, in milliseconds. */
    double cpu(Took took) {
      return (double) took.cpuNanos() / bytes;
    }
  }

  /**
   * What it took.
   *
   * @param nanos by the clock
   * @param cpuNanos of all processors, the server's part included
   */
  record Took(long nanos, long cpuNanos) {}

  private interface Step {
    void run() throws Exception;
  }

  private static final class Meter {
    private static final OperatingSystemMXBean SYSTEM =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private final long cpu = SYSTEM.getProcessCpuTime();
    private final long began = System.nanoTime();

    Took took() {
      return new Took(System.nanoTime() - began, SYSTEM.getProcessCpuTime() - cpu);
    }
  }

  ColdReplay(Shape shape, Path root, S3Config bucket) {
    this.shape = shape;
    this.root = root;
    this.bucket = bucket;
  }

  /** Writes the history and sees it into the bucket. Returns how many records it has. */
  long fill() throws Exception {
    try (AofStore store = open(Link.LOOPBACK)) {
      AofStream stream = store.stream("s");
      long count = 0;
      for (long bytes = 0; bytes < shape.megabytes() * MIB; count++) {
        byte[] event = event(count);
        stream.append(AppendRequest.builder(event).durability(Durability.MEMORY).build());
        bytes += event.length;
      }
      stream.seal();
      long records = count;
      Awaitility.await("uploads").atMost(PATIENCE).until(() -> stream.archivedOffset() >= records);
      Awaitility.await("evictions")
          .atMost(PATIENCE)
          .until(() -> isCold(stream.snapshot().segments().get(0)));
      return records;
    }
  }

  /**
   * Reads what is cold once by each, in a store that was just opened.
   *
   * @param turn which of the three begins
   */
  Round measure(Link link, int turn) throws Exception {
    try (AofStore store = open(link);
        ObjectStore direct = network(link)) {
      AofStream stream = store.stream("s");
      List<Segment> cold = coldOnes(stream);
      long end = cold.get(cold.size() - 1).nextOffset();
      ParallelReads reads = new ParallelReads(direct, tier2.fetchConcurrency());
      reads.connect();
      Awaitility.await("uploads that an open does again")
          .atMost(PATIENCE)
          .until(() -> stream.archivedOffset() >= end);
      AofSnapshot.Tier2Usage before = usage(store);
      List<Step> steps =
          List.of(
              () -> reads.fetch(cold), () -> reads.verify(cold), () -> replay(stream, end, false));
      Took[] took = new Took[steps.size()];
      for (int i = 0; i < took.length; i++) {
        int step = (turn + i) % took.length;
        Meter meter = new Meter();
        steps.get(step).run();
        took[step] = meter.took();
      }
      AofSnapshot.Tier2Usage after = usage(store);
      return new Round(
          cold.size(),
          cold.stream().mapToLong(Segment::compressedBytes).sum(),
          cold.stream().mapToLong(Segment::bytes).sum(),
          took[0],
          took[1],
          took[2],
          count(after) - count(before),
          after.bytesReceived() - before.bytesReceived());
    }
  }

  /** Compares each cold record with what was written; returns how many those are. */
  long verify(Link link) throws Exception {
    try (AofStore store = open(link)) {
      AofStream stream = store.stream("s");
      List<Segment> cold = coldOnes(stream);
      long end = cold.get(cold.size() - 1).nextOffset();
      replay(stream, end, true);
      return end;
    }
  }

  private void replay(AofStream stream, long end, boolean compare) {
    try (AofReader reader = stream.reader(ReadFrom.earliest())) {
      for (long n = 0; n < end; n++) {
        AofRecord record = reader.next();
        byte[] expected = event(n);
        if (record == null || record.payloadSize() != expected.length) {
          throw new AssertionError("another record than the one that was written: offset=" + n);
        }
        if (compare) {
          assertThat(record.payloadBytes()).isEqualTo(expected);
        }
      }
    }
  }

  private static List<Segment> coldOnes(AofStream stream) {
    List<Segment> cold =
        stream.snapshot().segments().stream().takeWhile(ColdReplay::isCold).toList();
    assertThat(cold).as("segments that only the bucket has").isNotEmpty();
    return cold;
  }

  private static boolean isCold(Segment segment) {
    return segment.residency().equals(Set.of(Tier.TIER2));
  }

  private static AofSnapshot.Tier2Usage usage(AofStore store) {
    AofSnapshot.Tier2Usage usage = store.snapshot().tier2();
    assertThat(usage).isNotNull();
    return usage;
  }

  private static long count(AofSnapshot.Tier2Usage usage) {
    return usage.requests().get(RequestKind.GET).count();
  }

  private ObjectStore network(Link link) throws Exception {
    ObjectStore store =
        new S3ObjectStore(Host.system(), bucket, tier2.deadline(), Tier2.mostCallsAtOnce(tier2));
    return link.equals(Link.LOOPBACK) ? store : new SlowNetwork(store, Host.system(), link);
  }

  private AofStore open(Link link) throws Exception {
    long segment = shape.segmentMegabytes() * MIB;
    AofConfig config =
        AofConfig.builder(root)
            .maxRecordSize((int) Math.min(segment / 2, 8 * MIB))
            .segment(s -> s.withMinSize(segment).withMaxSize(segment))
            .tier0(t -> t.withMaxBytes(4 * segment))
            .tier1(t -> t.withMaxBytes(2 * segment))
            .manifest(m -> m.withRotateAfter(Duration.ofMillis(50)))
            .build();
    return Engine.open(config, Host.system(), network(link));
  }

  private byte[] event(long n) {
    return events[(int) (n * 31 % EVENTS)];
  }

  /** Events as services write them, all different: names that recur, numbers that do not. */
  private static byte[][] events() {
    SeededRandom random = new SeededRandom(20_261_122);
    byte[][] events = new byte[EVENTS][];
    for (int i = 0; i < EVENTS; i++) {
      StringBuilder text = new StringBuilder("{\"type\":\"order.").append(random.nextInt(5));
      text.append("\",\"id\":\"").append(Long.toHexString(random.nextLong())).append("\"");
      int fields = 4 + random.nextInt(24);
      for (int field = 0; field < fields; field++) {
        text.append(",\"field").append(field).append("\":").append(random.nextInt(100_000));
      }
      events[i] = text.append('}').toString().getBytes(StandardCharsets.US_ASCII);
    }
    return events;
  }
}
