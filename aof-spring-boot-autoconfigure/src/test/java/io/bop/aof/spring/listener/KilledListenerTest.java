package io.bop.aof.spring.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.bop.aof.AofStore;
import io.bop.aof.spring.boot.autoconfigure.AofAutoConfiguration;
import io.bop.aof.spring.core.AofMessage;
import io.bop.aof.spring.core.AofTemplate;
import io.bop.aof.spring.testsupport.KilledListenerApplication;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/**
 * An application with a listener is killed and started again, over and over. Two rounds by default;
 * {@code -Daof.listener.kill.rounds=100} for more, and {@code -Daof.listener.kill.seed} to repeat.
 */
class KilledListenerTest {

  private static final int ROUNDS = Integer.getInteger("aof.listener.kill.rounds", 2);
  private static final long SEED = Long.getLong("aof.listener.kill.seed", System.nanoTime());
  private static final String START = "start";

  @TempDir Path folder;

  @Test
  void handlesEveryRecordAtLeastOnceInOrderAndPoisonReachesTheDeadLetterStream() throws Exception {
    System.out.println("KilledListenerTest rounds=" + ROUNDS + " seed=" + SEED);
    Random random = new Random(SEED);
    for (int round = 0; round < ROUNDS; round++) {
      Process application = start(random.nextBoolean() ? "record" : "batch");
      long enough = Files.size(handled()) + START.length() + random.nextInt(4_000);
      await()
          .atMost(Duration.ofMinutes(2))
          .until(() -> !application.isAlive() || Files.size(handled()) > enough);
      assertThat(application.isAlive()).as(() -> log()).isTrue();
      application.destroyForcibly().waitFor();
    }
    Process last = start("batch", "--last=true");
    assertThat(last.waitFor(3, TimeUnit.MINUTES)).isTrue();
    assertThat(last.exitValue()).as(() -> log()).isZero();

    Set<Long> all = everyRunGoesOnWithoutAGap();
    compareWithTheStore(all);
  }

  private Path handled() {
    return folder.resolve("handled");
  }

  private String log() {
    try {
      return Files.readString(folder.resolve("log"));
    } catch (IOException e) {
      return e.toString();
    }
  }

  private Process start(String ackMode, String... more) throws IOException {
    if (!Files.exists(handled())) {
      Files.createFile(handled());
    }
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                KilledListenerApplication.class.getName(),
                "--handled=" + handled(),
                "--aof.root=" + folder.resolve("aof"),
                "--aof.listener.ack-mode=" + ackMode,
                "--aof.listener.max-poll-records=40",
                "--aof.listener.on-failure=dead-letter",
                "--aof.listener.retry.max-attempts=2",
                "--aof.listener.retry.initial-interval=1ms",
                "--aof.tier2.type=none",
                "--logging.level.io.bop.aof.spring.listener=error",
                "--spring.jmx.enabled=false"));
    command.addAll(List.of(more));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("log").toFile())
        .start();
  }

  /**
   * Each run begins at a record that was handled before, or at the next one, and goes on record by
   * record; only poison is not among them.
   */
  private Set<Long> everyRunGoesOnWithoutAGap() throws IOException {
    Set<Long> all = new TreeSet<>();
    long highest = -1;
    long previous = -1;
    boolean begins = false;
    int runs = 0;
    for (String line : Files.readAllLines(handled())) {
      if (line.equals(START)) {
        begins = true;
        runs++;
        continue;
      }
      long offset = Long.parseLong(line);
      long next = (begins ? highest : previous) + 1;
      if (KilledListenerApplication.isPoison(next)) {
        next++;
      }
      if (begins) {
        assertThat(offset).as("first of run %s", runs).isLessThanOrEqualTo(next);
      } else {
        assertThat(offset).as("run %s", runs).isEqualTo(next);
      }
      begins = false;
      previous = offset;
      highest = Math.max(highest, offset);
      all.add(offset);
    }
    assertThat(runs).isEqualTo(ROUNDS + 1);
    return all;
  }

  private void compareWithTheStore(Set<Long> handled) {
    new ApplicationContextRunner()
        .withConfiguration(AutoConfigurations.of(AofAutoConfiguration.class))
        .withPropertyValues("aof.root=" + folder.resolve("aof"), "aof.tier2.type=none")
        .run(
            context -> {
              long end = context.getBean(AofStore.class).stream("orders").nextOffset();
              Set<Long> good = new TreeSet<>();
              Set<String> poison = new TreeSet<>();
              for (long offset = 0; offset < end; offset++) {
                if (KilledListenerApplication.isPoison(offset)) {
                  poison.add(Long.toString(offset));
                } else {
                  good.add(offset);
                }
              }
              assertThat(handled).isEqualTo(good).isNotEmpty();
              AofTemplate aof = context.getBean(AofTemplate.class);
              try (Stream<AofMessage<String>> letters =
                  aof.replayMessages("orders.dlq", String.class)) {
                Set<String> dead = new TreeSet<>();
                letters.forEach(
                    letter -> {
                      String offset = letter.header(DeadLetterHeaders.OFFSET).orElseThrow();
                      assertThat(letter.payload()).isEqualTo("order " + offset);
                      dead.add(offset);
                    });
                assertThat(dead).isEqualTo(poison).isNotEmpty();
              }
              System.out.println(
                  "KilledListenerTest records=" + end + " deadLetters=" + poison.size());
            });
  }
}
