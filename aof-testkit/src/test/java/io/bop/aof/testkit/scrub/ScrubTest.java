package io.bop.aof.testkit.scrub;

import static io.bop.aof.testkit.scrub.ScrubbedStore.MIB;
import static io.bop.aof.testkit.scrub.ScrubbedStore.stateFile;
import static org.assertj.core.api.Assertions.assertThat;

import io.bop.aof.AofException;
import io.bop.aof.AofSnapshot;
import io.bop.aof.AofStream;
import io.bop.aof.ScrubConfig;
import io.bop.aof.ScrubReport;
import io.bop.aof.Tier;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Copies that rot while nobody reads them: found by the background verification, and mended. */
class ScrubTest {

  private static final int SEGMENTS = 4;
  private static final long SLOW = 64 * 1024;

  private final ScrubbedStore simulated = new ScrubbedStore(5, UnaryOperator.identity());

  @AfterEach
  void release() {
    simulated.release();
  }

  private static void flip(ScrubbedStore in, Path file) throws IOException {
    in.disk().damage().flipBit(file, in.disk().content(file).length / 3, 2);
  }

  /* Runs a store of its own; the one of the field stays idle. */
  private static ScrubbedStore storeOf(UnaryOperator<ScrubConfig> scrub) {
    return new ScrubbedStore(6, config -> config.scrub(scrub));
  }

  // ---- damage

  @Test
  void findsADamagedHotCopyThatNobodyReadsAndSetsItAside() throws IOException {
    simulated.fill(SEGMENTS);
    Path slot = simulated.slotOf(2);
    flip(simulated, slot);

    ScrubReport report = simulated.pass();
    simulated.until("mended", () -> simulated.snapshot().repairs().repaired() == 1);

    assertThat(report.damaged()).isEqualTo(1);
    assertThat(report.copies()).isEqualTo(2 * SEGMENTS - 1);
    assertThat(simulated.notes().damaged).containsExactly("s/2 TIER0");
    assertThat(simulated.notes().repaired).containsExactly("s/2 TIER0");
    assertThat(simulated.quarantined()).extracting(Path::getFileName).contains(slot.getFileName());
    assertThat(simulated.scrub().damaged()).isEqualTo(1);
    assertThat(simulated.segment(2).residency()).containsExactlyInAnyOrder(Tier.TIER1, Tier.TIER2);
    assertThat(simulated.snapshot().needsRecovery()).isZero();
    simulated.verify();
  }

  @Test
  void findsADamagedWarmCopyThatNobodyReadsAndMakesItAgain() throws IOException {
    simulated.fill(SEGMENTS);
    Path warm = simulated.warmOf(3);
    byte[] whole = simulated.disk().content(warm);
    flip(simulated, warm);

    ScrubReport report = simulated.pass();
    simulated.until("mended", () -> simulated.snapshot().repairs().repaired() == 1);

    assertThat(report.damaged()).isEqualTo(1);
    assertThat(simulated.notes().damaged).containsExactly("s/3 TIER1");
    assertThat(simulated.notes().repaired).containsExactly("s/3 TIER1");
    assertThat(simulated.quarantined()).hasSize(1);
    assertThat(simulated.disk().content(warm)).isEqualTo(whole);
    assertThat(simulated.snapshot().needsRecovery()).isZero();
    assertThat(simulated.pass().damaged()).isZero();
    simulated.verify();
  }

  @Test
  void findsAFileThatSomebodyRemoved() throws IOException {
    simulated.fill(SEGMENTS);
    Path warm = simulated.warmOf(1);
    simulated.disk().deleteIfExists(warm);

    simulated.pass();
    simulated.until("mended", () -> simulated.snapshot().repairs().repaired() == 1);

    assertThat(simulated.notes().damaged).containsExactly("s/1 TIER1");
    assertThat(simulated.disk().exists(warm)).isTrue();
  }

  @Test
  void findsADamagedObjectWhenItMayReadObjects() {
    ScrubbedStore own = storeOf(s -> s.withInterval(Duration.ofHours(1)).withTier2(true));
    try {
      own.fill(SEGMENTS);
      String key = String.valueOf(own.segment(2).objectKey());
      byte[] bytes = own.bucket().content(key).orElseThrow();
      bytes[bytes.length / 2] ^= 8;
      own.bucket().replaceContent(key, bytes);

      ScrubReport report = own.pass();
      own.until("mended", () -> own.snapshot().repairs().repaired() == 1);

      assertThat(report.copies()).isEqualTo(3 * SEGMENTS - 1);
      assertThat(report.damaged()).isEqualTo(1);
      assertThat(own.notes().damaged).containsExactly("s/2 TIER2");
      assertThat(own.notes().repaired).containsExactly("s/2 TIER2");
      assertThat(own.segment(2).objectKey()).isNotEqualTo(key);
      assertThat(own.pass().damaged()).isZero();
    } finally {
      own.release();
    }
  }

  @Test
  void asksNothingOfTheBucketUnlessItMay() {
    simulated.fill(SEGMENTS);
    String key = String.valueOf(simulated.segment(2).objectKey());
    assertThat(simulated.bucket().lose(key)).isTrue();

    ScrubReport report = simulated.pass();

    assertThat(report.copies()).isEqualTo(2 * SEGMENTS);
    assertThat(report.damaged() + report.unverified()).isZero();
    assertThat(simulated.notes().damaged).isEmpty();
  }

  // ---- clean

  @Test
  void changesNothingInACleanStore() {
    simulated.fill(SEGMENTS);
    simulated.host().run(Long.MAX_VALUE, Duration.ofSeconds(30));
    AofSnapshot before = simulated.snapshot();
    assertThat(before.scrub().lastFullPass()).isNull();
    List<Path> files = simulated.disk().files();

    ScrubReport first = simulated.pass();
    ScrubReport second = simulated.pass();

    assertThat(first.copies()).isEqualTo(2 * SEGMENTS);
    assertThat(first.bytes()).isGreaterThan(SEGMENTS * MIB);
    assertThat(first.damaged() + first.unverified()).isZero();
    assertThat(second.copies()).isEqualTo(first.copies());
    assertThat(second.bytes()).isEqualTo(first.bytes());
    AofSnapshot after = simulated.snapshot();
    assertThat(after.manifest()).isEqualTo(before.manifest());
    assertThat(after.repairs()).isEqualTo(before.repairs());
    assertThat(after.streams()).isEqualTo(before.streams());
    assertThat(after.scrub().copies()).isEqualTo(4 * SEGMENTS);
    assertThat(after.scrub().lastFullPass()).isNotNull();
    assertThat(simulated.notes().damaged).isEmpty();
    assertThat(simulated.disk().files())
        .contains(stateFile())
        .filteredOn(file -> !file.equals(stateFile()))
        .isEqualTo(files);
  }

  @Test
  void keepsToItsRate() {
    ScrubbedStore own =
        storeOf(s -> s.withInterval(Duration.ofHours(1)).withBytesPerSecond(128 * 1024));
    try {
      own.fill(SEGMENTS);
      ScrubReport report = own.pass();
      // The last piece, of at most 1 MiB, is not paid for any more.
      assertThat(report.took().toMillis())
          .isGreaterThanOrEqualTo((report.bytes() - MIB) * 1_000 / (128 * 1024));
      assertThat(report.bytes()).isGreaterThan(3 * MIB);
    } finally {
      own.release();
    }
  }

  @Test
  void doesNothingWhenItIsOff() {
    ScrubbedStore own = storeOf(s -> s.withEnabled(false).withInterval(Duration.ofSeconds(1)));
    try {
      own.fill(1);
      own.runFor(Duration.ofHours(3));
      assertThat(own.notes().passes).isEmpty();
      assertThat(own.scrub()).isEqualTo(new AofSnapshot.Scrub(false, false, 0, 0, 0, 0, null));
      assertThat(own.disk().exists(stateFile())).isFalse();
    } finally {
      own.release();
    }
  }

  // ---- restarts

  private static ScrubbedStore slow() {
    return storeOf(s -> s.withInterval(Duration.ofHours(1)).withBytesPerSecond(SLOW));
  }

  @Test
  void goesOnAfterACloseWhereItEnded() {
    ScrubbedStore own = slow();
    try {
      own.fill(SEGMENTS);
      own.until("half of it is verified", () -> own.scrub().copies() == SEGMENTS);
      long before = own.host().nanos();
      own.close();
      assertThat(Duration.ofNanos(own.host().nanos() - before)).isLessThan(Duration.ofSeconds(5));
      own.reopen();

      ScrubReport rest = own.pass();

      // The segment under way at the close is verified once more, in both tiers.
      assertThat(rest.copies()).isBetween((long) SEGMENTS, SEGMENTS + 2L);
      assertThat(own.pass().copies()).isEqualTo(2 * SEGMENTS);
    } finally {
      own.release();
    }
  }

  @Test
  void losesAtMostAMinuteWhenTheProcessIsKilled() {
    ScrubbedStore own = slow();
    try {
      own.fill(12);
      own.until("most of it is verified", () -> own.scrub().copies() == 20);
      own.kill(9);
      ScrubReport rest = own.pass();
      // A segment takes about 25 s at this rate, in both tiers.
      assertThat(rest.copies()).isBetween(4L, 12L);
    } finally {
      own.release();
    }
  }

  @Test
  void remembersWhenTheLastPassWas() {
    simulated.fill(1);
    simulated.pass();
    AofSnapshot.Scrub done = simulated.scrub();
    simulated.reopen();
    simulated.runFor(Duration.ofMinutes(50));
    assertThat(simulated.scrub().lastFullPass()).isEqualTo(done.lastFullPass());
    assertThat(simulated.notes().passes).isEmpty();
    simulated.runFor(Duration.ofMinutes(11));
    assertThat(simulated.notes().passes).hasSize(1);
  }

  @Test
  void beginsFromTheFrontWhenItsFileIsDamaged() throws IOException {
    simulated.fill(SEGMENTS);
    simulated.pass();
    simulated.disk().damage().flipBit(stateFile(), 20, 1);
    simulated.reopen();
    simulated.runFor(Duration.ofMinutes(2));
    assertThat(simulated.notes().passes).hasSize(1);
    assertThat(simulated.notes().passes.get(0).copies()).isEqualTo(2 * SEGMENTS);
  }

  // ---- others come first

  @Test
  void waitsWhileADiskIsFull() {
    simulated.fill(SEGMENTS);
    simulated.disk().capacity(simulated.disk().usedBytes() + MIB);
    AofStream stream = simulated.stream();
    simulated.host().start("appends", () -> appendUntilRefused(stream));
    simulated.until("the disk is full", () -> !simulated.snapshot().storageFull().isEmpty());

    simulated.runFor(Duration.ofMinutes(10));
    assertThat(simulated.scrub().running()).isTrue();
    assertThat(simulated.scrub().bytes()).isZero();

    simulated.disk().capacity(Long.MAX_VALUE);
    assertThat(simulated.pass().copies()).isGreaterThanOrEqualTo(2 * SEGMENTS);
  }

  private static void appendUntilRefused(AofStream stream) {
    try {
      while (true) {
        stream.append(new byte[200_000]);
      }
    } catch (AofException e) {
      assertThat(e).isNotNull();
    }
  }

  @Test
  void letsGoOfAFileThatIsDropped() {
    ScrubbedStore own = slow();
    try {
      own.fill(2);
      Path warm = own.warmOf(1);
      own.until(
          "the warm file is being read", () -> own.scrub().copies() == 1 && isOpen(own, warm));
      AofStream stream = own.stream();
      own.host()
          .call(
              () -> {
                stream.truncateBefore(stream.nextOffset());
                return true;
              });
      own.until("it is closed", () -> !own.disk().open().contains(warm));
      // Read to its end it would count as one more.
      own.until("the pass ends", () -> !own.notes().passes.isEmpty());
      assertThat(own.notes().passes.get(0).copies()).isEqualTo(1);
      assertThat(own.scrub().damaged() + own.scrub().unverified()).isZero();
    } finally {
      own.release();
    }
  }

  private static boolean isOpen(ScrubbedStore in, Path file) {
    return in.disk().open().contains(file);
  }
}
