package io.bop.aof.store;

import static io.bop.aof.store.StressFixture.MIB;
import static io.bop.aof.store.StressFixture.config;
import static io.bop.aof.store.StressFixture.memory;
import static io.bop.aof.store.StressFixture.payload;
import static io.bop.aof.store.StressFixture.together;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.bop.aof.AofConfig;
import io.bop.aof.AofReader;
import io.bop.aof.AofRecord;
import io.bop.aof.AofStore;
import io.bop.aof.AofStream;
import io.bop.aof.BackpressureException;
import io.bop.aof.BackpressureKind;
import io.bop.aof.OffsetOutOfRangeException;
import io.bop.aof.ReadFrom;
import io.bop.aof.ReadOptions;
import io.bop.aof.ReadOptions.ColdPolicy;
import io.bop.aof.StreamSnapshot.Segment;
import io.bop.aof.Tier;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ReadTest {

  private static final int COUNT = 12_000;
  private static final int ENOUGH_READS = 100;

  @TempDir Path root;

  private AofConfig tight() {
    return config(root)
        .tier0(t -> t.withMaxBytes(4 * MIB))
        .tier1(t -> t.withMaxBytes(5 * MIB).withFrameCache(MIB).withFrameSize(64 * 1024))
        .build();
  }

  private static int size(long n) {
    return n % 997 == 0 ? 200_000 : 200 + (int) (n * 31 % 1_000);
  }

  private static void append(AofStream stream, long from, long to) {
    for (long n = from; n < to; n++) {
      stream.append(memory(payload(0, n, size(n))));
    }
    stream.flush();
  }

  private static void check(AofRecord record, long n) {
    assertThat(record).as("record %d", n).isNotNull();
    assertThat(record.offset()).isEqualTo(n);
    assertThat(record.payloadBytes()).isEqualTo(payload(0, n, size(n)));
  }

  private static void checkAt(AofStream stream, long offset) {
    try (AofReader reader = stream.reader(ReadFrom.offset(offset))) {
      check(reader.next(), offset);
    }
  }

  private static Set<Tier> nearest(AofStream stream) {
    Set<Tier> nearest = EnumSet.noneOf(Tier.class);
    for (Segment segment : stream.snapshot().segments()) {
      segment.residency().stream().min(Enum::compareTo).ifPresent(nearest::add);
    }
    return nearest;
  }

  @Test
  void findsAnyOffsetInAnyTier() {
    try (AofStore store = AofStore.open(tight())) {
      AofStream stream = store.stream("s");
      append(stream, 0, COUNT);
      StressFixture.awaitUploaded(stream);
      assertThat(nearest(stream)).containsOnly(Tier.values());
      pointReads(stream);
    }
    try (AofStore store = AofStore.open(tight())) {
      AofStream stream = store.stream("s");
      assertThat(nearest(stream)).contains(Tier.TIER0, Tier.TIER2);
      pointReads(stream);
      append(stream, COUNT, COUNT + 100);
      checkAt(stream, COUNT);
      assertThat(store.snapshot().needsRecovery()).isZero();
    }
  }

  private static void pointReads(AofStream stream) {
    for (Segment segment : stream.snapshot().segments()) {
      checkAt(stream, segment.baseOffset());
      checkAt(stream, (segment.baseOffset() + segment.nextOffset()) / 2);
      checkAt(stream, segment.nextOffset() - 1);
    }
    SplittableRandom random = new SplittableRandom(47);
    for (int i = 0; i < 300; i++) {
      checkAt(stream, random.nextLong(COUNT));
    }
    try (AofReader reader = stream.reader(ReadFrom.offset(stream.nextOffset()))) {
      assertThat(reader.next()).isNull();
    }
  }

  @Test
  void tellsAReaderThatItsRecordsWereTruncatedOrGoesOnAtTheStart() {
    try (AofStore store = AofStore.open(tight())) {
      AofStream stream = store.stream("s");
      append(stream, 0, COUNT);
      StressFixture.awaitUploaded(stream);
      ReadOptions clamp = ReadOptions.defaults().withClampToStart(true);
      try (AofReader strict = stream.reader(ReadFrom.earliest());
          AofReader clamped = stream.reader(ReadFrom.earliest(), clamp)) {
        check(strict.next(), 0);
        check(clamped.next(), 0);
        long start = stream.snapshot().segments().get(5).baseOffset();
        stream.truncateBefore(start);
        assertThatThrownBy(() -> readOn(strict)).isInstanceOf(OffsetOutOfRangeException.class);
        long last = 0;
        long expected = 1;
        for (AofRecord r = clamped.next(); r != null; r = clamped.next()) {
          if (r.offset() == start) {
            expected = start;
          }
          check(r, expected);
          last = expected++;
        }
        assertThat(last).isEqualTo(COUNT - 1);
      }
    }
  }

  private static void readOn(AofReader reader) {
    long n = reader.nextOffset();
    for (AofRecord record = reader.next(); record != null; record = reader.next()) {
      check(record, n++);
    }
  }

  @Test
  void refusesColdReadsWhenAskedTo() {
    try (AofStore store = AofStore.open(tight())) {
      AofStream stream = store.stream("s");
      append(stream, 0, COUNT);
      StressFixture.awaitUploaded(stream);
      Awaitility.await("the first segment leaves both local tiers")
          .atMost(10, TimeUnit.SECONDS)
          .until(() -> stream.snapshot().segments().get(0).residency().equals(Set.of(Tier.TIER2)));
      ReadOptions refuse = ReadOptions.defaults().withColdPolicy(ColdPolicy.REFUSE);
      try (AofReader reader = stream.reader(ReadFrom.earliest(), refuse)) {
        BackpressureException refused =
            catchThrowableOfType(BackpressureException.class, reader::next);
        assertThat(refused.kind()).isEqualTo(BackpressureKind.HYDRATION);
        assertThat(reader.nextOffset()).isZero();
      }
      try (AofReader reader = stream.reader(ReadFrom.offset(COUNT - 1), refuse)) {
        check(reader.next(), COUNT - 1);
      }
    }
  }

  @Test
  void neverGivesAWrongRecordWhileSegmentsAreEvictedUnderIt() throws Exception {
    try (AofStore store = AofStore.open(tight())) {
      AofStream stream = store.stream("s");
      append(stream, 0, 500);
      AtomicBoolean done = new AtomicBoolean();
      List<Callable<Long>> tasks = new ArrayList<>();
      tasks.add(
          () -> {
            try {
              append(stream, 500, 2 * COUNT);
            } finally {
              done.set(true);
            }
            return 0L;
          });
      for (int r = 0; r < 3; r++) {
        int seed = r;
        tasks.add(() -> seq(stream, done, seed));
      }
      tasks.add(() -> points(stream, done));
      together(tasks);
      assertThat(store.snapshot().needsRecovery()).isZero();
      assertThat(store.snapshot().manifest().failure()).isNull();
    }
  }

  private static long seq(AofStream stream, AtomicBoolean done, int seed) {
    long count = 0;
    SplittableRandom random = new SplittableRandom(seed);
    while (!done.get() || count < ENOUGH_READS) {
      long n = random.nextLong(stream.durableOffset());
      try (AofReader reader = stream.reader(ReadFrom.offset(n))) {
        long to = n + 3_000;
        for (AofRecord r = reader.next(); r != null && n < to; r = reader.next()) {
          check(r, n++);
          count++;
        }
      }
    }
    return count;
  }

  private static long points(AofStream stream, AtomicBoolean done) {
    long count = 0;
    SplittableRandom random = new SplittableRandom(4711);
    while (!done.get() || count < ENOUGH_READS) {
      checkAt(stream, random.nextLong(stream.durableOffset()));
      count++;
    }
    return count;
  }

  @Test
  void goesOnWhenTheSegmentOfAnIdleReaderWasEvicted() {
    try (AofStore store = AofStore.open(tight())) {
      AofStream stream = store.stream("s");
      append(stream, 0, 2_000);
      try (AofReader hot = stream.reader(ReadFrom.earliest());
          AofReader behind = stream.reader(ReadFrom.offset(1_500))) {
        check(hot.next(), 0);
        check(behind.next(), 1_500);
        append(stream, 2_000, COUNT);
        StressFixture.awaitUploaded(stream);
        AofRecord kept = hot.next();
        check(kept, 1);
        readOn(hot);
        readOn(behind);
        assertThat(hot.nextOffset()).isEqualTo(COUNT);
        assertThat(behind.nextOffset()).isEqualTo(COUNT);
      }
    }
  }
}
