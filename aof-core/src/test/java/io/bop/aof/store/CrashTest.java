package io.bop.aof.store;

import static io.bop.aof.store.StressFixture.MIB;
import static io.bop.aof.store.StressFixture.numberOf;
import static io.bop.aof.store.StressFixture.verifyAll;
import static io.bop.aof.store.StressFixture.writerOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.bop.aof.AofConfig;
import io.bop.aof.AofReader;
import io.bop.aof.AofRecord;
import io.bop.aof.AofStore;
import io.bop.aof.AofStream;
import io.bop.aof.ReadFrom;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real processes, killed at random points; what they acknowledged is remembered outside them. */
@Timeout(90)
class CrashTest {

  private static final int ROUNDS = Integer.getInteger("aof.soak", 1) * 4;

  private static final int ACKS_BEFORE_KILL = 50;

  @TempDir Path root;

  private final Map<Long, Ack> acknowledged = new HashMap<>();

  private record Ack(int writer, long number) {}

  static AofConfig config(Path root) {
    return AofConfig.builder(root)
        .maxRecordSize(64 * 1024)
        .segment(s -> s.withMaxSize(MIB))
        .tier0(t -> t.withMaxBytes(6 * MIB))
        .tier1(t -> t.withMaxBytes(6 * MIB))
        .manifest(m -> m.withRotateAfter(Duration.ofMillis(50)).withSnapshotEvery(40))
        .build();
  }

  /** A child, and the thread that reads what it says until it is dead. */
  private record Child(
      Process process,
      CountDownLatch ready,
      CountDownLatch busy,
      CompletableFuture<List<String>> said) {
    static Child start(Path root, int firstWriter) throws IOException {
      Process process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Xmx256m",
                  "-XX:TieredStopAtLevel=1",
                  "-XX:+UseSerialGC",
                  "-cp",
                  System.getProperty("java.class.path"),
                  CrashWriter.class.getName(),
                  root.toString(),
                  Integer.toString(firstWriter))
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      CountDownLatch ready = new CountDownLatch(1);
      CountDownLatch busy = new CountDownLatch(ACKS_BEFORE_KILL);
      CompletableFuture<List<String>> said =
          CompletableFuture.supplyAsync(() -> listen(process, ready, busy));
      return new Child(process, ready, busy, said);
    }

    private static List<String> listen(Process process, CountDownLatch ready, CountDownLatch busy) {
      List<String> lines = new ArrayList<>();
      try (BufferedReader reader =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII))) {
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
          lines.add(line);
          if (line.equals("open")) {
            ready.countDown();
          } else if (line.startsWith("ack")) {
            busy.countDown();
          }
        }
      } catch (IOException e) {
        lines.add("broken off");
      }
      return lines;
    }

    /* However slow the machine is: only once there is something to lose. */
    List<String> killWhenBusy(long millis) throws Exception {
      assertThat(busy.await(30, TimeUnit.SECONDS)).isTrue();
      return killAfter(millis);
    }

    List<String> killAfter(long millis) throws Exception {
      assertThat(ready.await(30, TimeUnit.SECONDS)).isTrue();
      boolean ended = process.waitFor(millis, TimeUnit.MILLISECONDS);
      process.destroyForcibly();
      process.waitFor(30, TimeUnit.SECONDS);
      List<String> lines = said.get(30, TimeUnit.SECONDS);
      assertThat(ended).as("the child ended by itself: exit=%s", process.exitValue()).isFalse();
      return lines;
    }
  }

  private void remember(List<String> lines) {
    // The last line may be cut; all before it were acknowledged.
    for (String line : lines.subList(0, Math.max(0, lines.size() - 1))) {
      String[] words = line.split(" ");
      if (words[0].equals("ack")) {
        Ack ack = new Ack(Integer.parseInt(words[2]), Long.parseLong(words[3]));
        assertThat(acknowledged.put(Long.parseLong(words[1]), ack)).as(line).isNull();
      }
    }
  }

  private void verify(int writers) {
    try (AofStore store = AofStore.open(config(root))) {
      AofStream stream = store.stream(CrashWriter.STREAM);
      verifyAll(stream, writers);
      long highest = acknowledged.keySet().stream().mapToLong(Long::longValue).max().orElse(-1);
      assertThat(stream.nextOffset()).isGreaterThan(highest);
      try (AofReader reader = stream.reader(ReadFrom.earliest())) {
        for (AofRecord record = reader.next(); record != null; record = reader.next()) {
          Ack ack = acknowledged.get(record.offset());
          if (ack != null) {
            assertThat(writerOf(record.payloadBytes())).isEqualTo(ack.writer());
            assertThat(numberOf(record.payloadBytes())).isEqualTo(ack.number());
          }
        }
      }
      assertThat(store.snapshot().needsRecovery()).isZero();
      assertThat(store.snapshot().manifest().failure()).isNull();
    }
  }

  @Test
  void keepsWhatWasAcknowledgedWhenTheProcessIsKilled() throws Exception {
    long seed = System.nanoTime();
    SplittableRandom random = new SplittableRandom(seed);
    for (int round = 0; round < ROUNDS; round++) {
      Child child = Child.start(root, round * CrashWriter.WRITERS);
      remember(child.killWhenBusy(random.nextInt(0, 1_500)));
      verify((round + 1) * CrashWriter.WRITERS);
    }
    assertThat(acknowledged).as("seed=%d", seed).hasSizeGreaterThan(100);
  }

  @Test
  void survivesKillAfterKillDuringRecovery() throws Exception {
    long seed = System.nanoTime();
    SplittableRandom random = new SplittableRandom(seed);
    for (int round = 0; round < ROUNDS * 2; round++) {
      Child child = Child.start(root, round * CrashWriter.WRITERS);
      boolean first = round == 0;
      remember(first ? child.killWhenBusy(500) : child.killAfter(random.nextInt(1, 500)));
    }
    verify(2 * ROUNDS * CrashWriter.WRITERS);
    assertThat(acknowledged).as("seed=%d", seed).isNotEmpty();
  }
}
