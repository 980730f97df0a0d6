package io.bop.aof.testkit.objectstore.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.bop.aof.testkit.objectstore.SlowNetwork.Link;
import io.bop.aof.testkit.objectstore.s3.ColdReplay.Round;
import io.bop.aof.testkit.objectstore.s3.ColdReplay.Shape;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A sequential reader of a bucket. With {@code -Daof.cold.megabytes=…} and {@code
 * -Daof.cold.rounds=…} it is a measurement; its times never fail it.
 */
@Timeout(1800)
class ColdReplayTest {

  private static final int MEGABYTES = Integer.getInteger("aof.cold.megabytes", 16);
  private static final int SEGMENT = Integer.getInteger("aof.cold.segment", 1);
  private static final int ROUNDS = Integer.getInteger("aof.cold.rounds", 1);

  /** Rounds on loopback that are not measured: a JVM that has just begun compiles as it reads. */
  private static final int WARMUPS = Integer.getInteger("aof.cold.warmups", 0);

  private static final Duration LATENCY = Duration.ofMillis(20);

  /** The last two lines are 0.75 and 1 Gbit/s: what machines with two processors have for long. */
  private static final List<Link> LINKS =
      List.of(
          Link.LOOPBACK,
          Link.ofConnections(LATENCY, 0),
          Link.ofConnections(LATENCY, 10_000_000),
          Link.ofLine(LATENCY, 94_000_000),
          Link.ofLine(LATENCY, 125_000_000));

  @TempDir Path root;

  private S3Server server;

  @BeforeEach
  void start() throws Exception {
    server = new S3Server();
  }

  @AfterEach
  void stop() throws Exception {
    server.stop();
  }

  @Test
  void replaysAHistoryFromTheBucketFetchingEachByteOnce() throws Exception {
    Shape shape = new Shape(MEGABYTES, SEGMENT);
    ColdReplay replay = new ColdReplay(shape, root, server.buckets().create());
    long records = replay.fill();
    long cold = replay.verify(Link.LOOPBACK);
    System.out.println("cold replay: " + shape + " records=" + records + " cold=" + cold);
    for (int i = 0; i < WARMUPS; i++) {
      System.out.println(row(Link.LOOPBACK, List.of(replay.measure(Link.LOOPBACK, i))));
    }
    for (Link link : LINKS) {
      List<Round> rounds = new ArrayList<>();
      for (int i = 0; i < ROUNDS; i++) {
        rounds.add(replay.measure(link, i));
      }
      System.out.println(row(link, rounds));
      for (Round round : rounds) {
        assertThat(round.received())
            .as("bytes fetched for %d bytes of objects", round.bytes())
            .isLessThanOrEqualTo(round.bytes() + round.bytes() / 20);
      }
    }
  }

  private static String row(Link link, List<Round> rounds) {
    Round any = rounds.get(0);
    return String.format(
        Locale.ROOT,
        "| %s | %d of %.0f MB | %.1f | %.0f | %.0f | %.0f | %s | %s | %.1f, %.1f, %.1f | %d |",
        link,
        any.objects(),
        any.bytes() / 1e6,
        (double) any.rawBytes() / any.bytes(),
        median(rounds, round -> round.rate(round.gets())),
        median(rounds, round -> round.rate(round.verified())),
        median(rounds, round -> round.rate(round.replay())),
        ratios(rounds, Round::ofGets),
        ratios(rounds, Round::ofVerified),
        median(rounds, round -> round.cpu(round.gets())),
        median(rounds, round -> round.cpu(round.verified())),
        median(rounds, round -> round.cpu(round.replay())),
        any.requests());
  }

  private static String ratios(List<Round> rounds, ToDoubleFunction<Round> ratio) {
    DoubleSummaryStatistics all = rounds.stream().mapToDouble(ratio).summaryStatistics();
    return String.format(
        Locale.ROOT, "**%.2f** (%.2f – %.2f)", median(rounds, ratio), all.getMin(), all.getMax());
  }

  private static double median(List<Round> rounds, ToDoubleFunction<Round> figure) {
    List<Round> sorted = new ArrayList<>(rounds);
    sorted.sort(Comparator.comparingDouble(figure));
    return figure.applyAsDouble(sorted.get(sorted.size() / 2));
  }
}
