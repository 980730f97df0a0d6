package io.bop.aof.store;

import static io.bop.aof.store.StressFixture.MIB;
import static io.bop.aof.store.StressFixture.config;
import static io.bop.aof.store.StressFixture.memory;
import static io.bop.aof.store.StressFixture.payload;
import static io.bop.aof.store.StressFixture.together;
import static io.bop.aof.store.StressFixture.verifyAll;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.bop.aof.AdmissionPolicy;
import io.bop.aof.AofConfig;
import io.bop.aof.AofReader;
import io.bop.aof.AofRecord;
import io.bop.aof.AofStore;
import io.bop.aof.AofStream;
import io.bop.aof.AppendRequest;
import io.bop.aof.BackpressureException;
import io.bop.aof.BackpressureKind;
import io.bop.aof.ReadFrom;
import io.bop.aof.Tier;
import io.bop.aof.Tier2Type;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(90)
class BudgetTest {

  private static final int WRITERS = 4;
  private static final int SIZE = 10_000;
  private static final long BUDGET = 4 * MIB;

  @TempDir Path root;

  private AofConfig.Builder tight() {
    return config(root)
        .appendTimeout(Duration.ofSeconds(20))
        .tier0(t -> t.withMaxBytes(BUDGET))
        .tier1(t -> t.withMaxBytes(BUDGET));
  }

  /* Files come and go while they are counted. */
  private static long bytesIn(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return 0;
    }
    long total = 0;
    List<Path> files;
    try (var paths = Files.newDirectoryStream(folder)) {
      files = new ArrayList<>();
      paths.forEach(files::add);
    }
    for (Path file : files) {
      total += sizeOf(file);
    }
    return total;
  }

  private static long sizeOf(Path file) throws IOException {
    try {
      return Files.isDirectory(file) ? bytesIn(file) : Files.size(file);
    } catch (NoSuchFileException e) {
      return 0;
    }
  }

  private record Peaks(long tier0, long tier1) {}

  private Peaks fill(AofStream stream, int records) throws Exception {
    AtomicInteger running = new AtomicInteger(WRITERS);
    List<Callable<Peaks>> tasks = new ArrayList<>();
    for (int w = 0; w < WRITERS; w++) {
      int writer = w;
      tasks.add(
          () -> {
            try {
              for (int n = 0; n < records; n++) {
                stream.append(memory(payload(writer, n, SIZE)));
              }
            } finally {
              running.decrementAndGet();
            }
            return new Peaks(0, 0);
          });
    }
    tasks.add(() -> sample(running));
    List<Peaks> peaks = together(tasks);
    return peaks.get(WRITERS);
  }

  private Peaks sample(AtomicInteger running) throws Exception {
    long tier0 = 0;
    long tier1 = 0;
    while (running.get() > 0) {
      tier0 = Math.max(tier0, bytesIn(root.resolve("tier0")));
      tier1 = Math.max(tier1, bytesIn(root.resolve("tier1")));
      TimeUnit.MILLISECONDS.sleep(2);
    }
    return new Peaks(tier0, tier1);
  }

  @Test
  void keepsWithinBothBudgetsWhenStrict() throws Exception {
    int records = (int) (20 * BUDGET / WRITERS / SIZE);
    try (AofStore store = AofStore.open(tight().build())) {
      AofStream stream = store.stream("s");
      Peaks peaks = fill(stream, records);
      assertThat(peaks.tier0()).isPositive().isLessThanOrEqualTo(BUDGET);
      assertThat(peaks.tier1()).isPositive().isLessThanOrEqualTo(BUDGET);
      StressFixture.awaitUploaded(stream);
      assertThat(verifyAll(stream, WRITERS)).containsOnly(records);
      assertThat(bytesIn(root.resolve("tier0"))).isLessThanOrEqualTo(BUDGET);
      assertThat(bytesIn(root.resolve("tier1"))).isLessThanOrEqualTo(BUDGET);
      assertThat(store.snapshot().tiers().get(Tier.TIER0).bytes())
          .isEqualTo(bytesIn(root.resolve("tier0")));
    }
  }

  @Test
  void exceedsTheBudgetOnlyByTheOvershootWhenElastic() throws Exception {
    int records = (int) (10 * BUDGET / WRITERS / SIZE);
    AofConfig elastic =
        tight().tier0(t -> t.withPolicy(AdmissionPolicy.ELASTIC).withOvershoot(0.5)).build();
    try (AofStore store = AofStore.open(elastic)) {
      AofStream stream = store.stream("s");
      Peaks peaks = fill(stream, records);
      assertThat(peaks.tier0()).isPositive().isLessThanOrEqualTo(BUDGET + BUDGET / 2);
      assertThat(peaks.tier1()).isLessThanOrEqualTo(BUDGET);
      StressFixture.awaitUploaded(stream);
      assertThat(verifyAll(stream, WRITERS)).containsOnly(records);
    }
  }

  @Test
  void refusesAtTheDeadlineWhenNothingCanMakeRoomAndGoesOnAfterATruncation() {
    Duration timeout = Duration.ofMillis(400);
    AofConfig closed =
        tight()
            .tier1(t -> t.withMaxBytes(2 * MIB))
            .tier2(t -> t.withType(Tier2Type.NONE))
            .appendTimeout(timeout)
            .build();
    try (AofStore store = AofStore.open(closed)) {
      AofStream stream = store.stream("s");
      long appended = 0;
      BackpressureException refused = null;
      long began = System.nanoTime();
      while (refused == null && appended < 5_000) {
        try {
          began = System.nanoTime();
          stream.append(memory(payload(0, appended, SIZE)));
          appended++;
        } catch (BackpressureException e) {
          refused = e;
        }
      }
      long took = System.nanoTime() - began;
      assertThat(refused).isNotNull();
      assertThat(refused.kind()).isEqualTo(BackpressureKind.ADMISSION);
      assertThat(Duration.ofNanos(took)).isBetween(timeout, timeout.plusSeconds(3));
      stream.flush();
      assertThat(verifyAll(stream, 1)).containsExactly(appended);
      AppendRequest soon =
          AppendRequest.builder(payload(0, appended, SIZE)).timeout(Duration.ofMillis(50)).build();
      assertThat(catchThrowableOfType(BackpressureException.class, () -> stream.append(soon)))
          .isNotNull();
      assertThat(stream.nextOffset()).isEqualTo(appended);
      goesOnAfterTruncation(stream, appended);
    }
  }

  private static void goesOnAfterTruncation(AofStream stream, long appended) {
    stream.truncateBefore(appended / 2);
    long next = appended;
    for (int i = 0; i < 50; i++) {
      AppendRequest patient =
          AppendRequest.builder(payload(0, next, SIZE)).timeout(Duration.ofSeconds(10)).build();
      assertThat(stream.append(patient).offset()).isEqualTo(next);
      next++;
    }
    long offset = stream.startOffset();
    assertThat(offset).isPositive();
    try (AofReader reader = stream.reader(ReadFrom.earliest())) {
      for (AofRecord r = reader.next(); r != null; r = reader.next()) {
        assertThat(r.payloadBytes()).isEqualTo(payload(0, offset, SIZE));
        offset++;
      }
    }
    assertThat(offset).isEqualTo(next);
  }

  @Test
  void servesMoreStreamsThanThereAreSlotsInTurn() throws Exception {
    try (AofStore store = AofStore.open(tight().build())) {
      for (int round = 0; round < 2; round++) {
        for (int s = 0; s < 8; s++) {
          store.stream("s" + s).append(payload(s, round, 1_000));
        }
      }
      for (int s = 0; s < 8; s++) {
        try (AofReader reader = store.stream("s" + s).reader(ReadFrom.earliest())) {
          for (int round = 0; round < 2; round++) {
            AofRecord record = reader.next();
            assertThat(record).isNotNull();
            assertThat(record.payloadBytes()).isEqualTo(payload(s, round, 1_000));
          }
        }
      }
    }
  }

  @Test
  void givesAllSlotsOfDeletedStreamsBack() {
    try (AofStore store = AofStore.open(tight().build())) {
      for (int n = 0; n < 12; n++) {
        String name = "short" + n;
        store.stream(name).append(payload(0, n, 1_000));
        store.deleteStream(name);
      }
      Awaitility.await("slots are given back in the background")
          .atMost(10, TimeUnit.SECONDS)
          .until(() -> store.snapshot().tier0Pressure() == 0);
    }
  }
}
