package io.bop.aof.testkit.objectstore.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.bop.aof.testkit.objectstore.SlowNetwork.Link;
import io.bop.aof.testkit.objectstore.s3.ColdReplay.Round;
import io.bop.aof.testkit.objectstore.s3.ColdReplay.Shape;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
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

  private static final List<Link> LINKS =
      List.of(
          Link.LOOPBACK,
          new Link(Duration.ofMillis(20), 0),
          new Link(Duration.ofMillis(20), 10_000_000));

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
    for (Link link : LINKS) {
      List<Round> rounds = new ArrayList<>();
      for (int i = 0; i < ROUNDS; i++) {
        rounds.add(replay.measure(link, i % 2 == 0));
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
        "| %s | %d of %.0f MB | %.1f | %.0f | %.0f | **%.2f** (%.2f – %.2f) | %.1f | %.1f | %d |",
        link,
        any.objects(),
        any.bytes() / 1e6,
        (double) any.rawBytes() / any.bytes(),
        median(rounds, round -> round.rate(round.gets())),
        median(rounds, round -> round.rate(round.replay())),
        median(rounds, Round::ratio),
        rounds.stream().mapToDouble(Round::ratio).min().orElseThrow(),
        rounds.stream().mapToDouble(Round::ratio).max().orElseThrow(),
        median(rounds, round -> round.cpu(round.gets())),
        median(rounds, round -> round.cpu(round.replay())),
        any.requests());
  }

  private static double median(List<Round> rounds, ToDoubleFunction<Round> figure) {
    List<Round> sorted = new ArrayList<>(rounds);
    sorted.sort(Comparator.comparingDouble(figure));
    return figure.applyAsDouble(sorted.get(sorted.size() / 2));
  }
}
