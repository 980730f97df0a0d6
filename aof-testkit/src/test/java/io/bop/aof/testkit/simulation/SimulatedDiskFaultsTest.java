package io.bop.aof.testkit.simulation;

import static io.bop.aof.testkit.simulation.DiskSketch.FILE;
import static io.bop.aof.testkit.simulation.DiskSketch.ROOT;
import static io.bop.aof.testkit.simulation.DiskSketch.force;
import static io.bop.aof.testkit.simulation.DiskSketch.text;
import static io.bop.aof.testkit.simulation.DiskSketch.write;
import static io.bop.aof.testkit.simulation.DiskSketch.writeDurably;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.bop.aof.io.DiskFile;
import io.bop.aof.io.MappedFile;
import io.bop.aof.io.NoSpaceException;
import io.bop.aof.testkit.simulation.DiskOperation.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Faults by plan, and what they leave behind. */
class SimulatedDiskFaultsTest {

  private static final int SEEDS = 100;
  private static final String OLD = "A".repeat(Page.SIZE);
  private static final String NEW = "B".repeat(Page.SIZE);

  // ---- failed forces

  @Test
  void pagesOfAFailedForceAreReadButNoForceBringsThemToTheDisk() throws IOException {
    int lost = 0;
    for (int seed = 0; seed < SEEDS; seed++) {
      SimulatedDisk disk = failedForce(seed);
      force(disk, FILE);
      if (seed % 2 == 0) {
        disk = disk.restart();
        force(disk, FILE);
      }
      assertThat(text(disk, FILE)).startsWith("B");
      lost += text(disk.crash(seed), FILE).equals(OLD) ? 1 : 0;
    }
    // The others were written back by themselves before their force failed.
    assertThat(lost).isBetween(SEEDS / 2, SEEDS - 1);
  }

  @Test
  void bytesWrittenAnewAfterAFailedForceReachTheDisk() throws IOException {
    for (int seed = 0; seed < SEEDS; seed++) {
      SimulatedDisk disk = failedForce(seed).restart();
      write(disk, FILE, NEW);
      force(disk, FILE);
      assertThat(text(disk.crash(seed), FILE).equals(NEW)).isTrue();
    }
  }

  private static SimulatedDisk failedForce(int seed) throws IOException {
    SimulatedDisk disk = new SimulatedDisk(seed);
    disk.createDirectories(ROOT);
    writeDurably(disk, FILE, OLD);
    disk.faults().onForce().fail();
    try (DiskFile file = disk.openForWrite(FILE)) {
      file.write(0, NEW.getBytes(StandardCharsets.UTF_8), 0, Page.SIZE);
      assertThatIOException().isThrownBy(file::force).withMessageContaining("file");
    }
    return disk;
  }

  @Test
  void failedForceOfAMappingIsFinalForItsRange() throws IOException {
    int lost = 0;
    for (int seed = 0; seed < SEEDS; seed++) {
      SimulatedDisk disk = DiskSketch.disk(seed);
      writeDurably(disk, FILE, "A".repeat(3 * Page.SIZE));
      MappedFile mapping = disk.map(FILE, 3 * Page.SIZE);
      for (int page = 0; page < 3; page++) {
        mapping.buffer().put(page * Page.SIZE, (byte) 'B');
      }
      disk.faults().on(Kind.FORCE_MAPPED).fail();
      assertThatIOException().isThrownBy(() -> mapping.force(0, 2 * Page.SIZE));
      mapping.buffer().put(1, (byte) 'C');
      mapping.force(0, 3 * Page.SIZE);

      byte[] found = disk.crash(seed).content(FILE);
      assertThat("" + (char) found[0] + (char) found[1]).isEqualTo("BC");
      lost += found[Page.SIZE] == 'A' ? 1 : 0;
      assertThat((char) found[2 * Page.SIZE]).isEqualTo('B');
    }
    assertThat(lost).isGreaterThan(SEEDS / 2);
  }

  @Test
  void pageThatWasWrittenBackBeforeTheForceFailedMayBeThere() throws IOException {
    Set<String> seen = new TreeSet<>();
    for (int seed = 0; seed < 300; seed++) {
      SimulatedDisk disk = DiskSketch.disk(seed);
      writeDurably(disk, FILE, OLD);
      write(disk, FILE, NEW);
      for (int i = 0; i < 10; i++) {
        disk.size(FILE);
      }
      disk.faults().onForce().fail();
      assertThatIOException().isThrownBy(() -> force(disk, FILE));
      seen.add(text(disk.crash(seed), FILE).substring(0, 1));
    }
    assertThat(seen).containsExactly("A", "B");
  }

  @Test
  void nthForceOfMatchingFilesFailsOnce() throws IOException {
    SimulatedDisk disk = DiskSketch.disk(1);
    Path other = ROOT.resolve("other");
    write(disk, FILE, "x");
    write(disk, other, "x");
    disk.faults().onForce().where(path -> path.endsWith("file")).nth(2).fail();

    List<Boolean> worked = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      force(disk, other);
      worked.add(works(() -> force(disk, FILE)));
    }

    assertThat(worked).containsExactly(true, false, true);
    assertThat(disk.faults().hits()).hasSize(1);
    assertThat(disk.faults().hits().get(0).path()).isEqualTo(FILE);
    assertThat(disk.faults().hits().get(0).kind()).isEqualTo(Kind.FORCE);
  }

  @Test
  void lastingFaultLastsUntilHealed() throws IOException {
    SimulatedDisk disk = DiskSketch.disk(1);
    write(disk, FILE, "x");
    disk.faults().onForce().nth(2).lasting().fail();

    assertThat(works(() -> force(disk, FILE))).isTrue();
    assertThat(works(() -> force(disk, FILE))).isFalse();
    assertThat(works(() -> force(disk, FILE))).isFalse();
    disk.faults().heal();
    assertThat(works(() -> force(disk, FILE))).isTrue();
  }

  // ---- reads and writes

  @Test
  void readFailsOrIsShortOrHasAWrongBit() throws IOException {
    SimulatedDisk disk = DiskSketch.disk(1);
    write(disk, FILE, "abcdef");
    byte[] found = new byte[6];
    try (DiskFile file = disk.openForRead(FILE)) {
      disk.faults().on(Kind.READ).nth(2).fail();
      assertThat(file.read(0, found, 0, 6)).isEqualTo(6);
      assertThatIOException().isThrownBy(() -> file.read(0, found, 0, 6));
      assertThat(file.read(0, found, 0, 6)).isEqualTo(6);

      disk.faults().on(Kind.READ).shortRead(2);
      assertThat(file.read(0, found, 0, 6)).isEqualTo(2);

      disk.faults().on(Kind.READ).flipBit();
      assertThat(file.read(0, found, 0, 6)).isEqualTo(6);
      int flipped = 0;
      for (int i = 0; i < 6; i++) {
        flipped += Integer.bitCount((found[i] ^ "abcdef".charAt(i)) & 0xFF);
      }
      assertThat(flipped).isEqualTo(1);
      assertThat(text(disk, FILE)).isEqualTo("abcdef");
    }
  }

  @Test
  void writeFailsWithNothingWritten() throws IOException {
    SimulatedDisk disk = DiskSketch.disk(1);
    write(disk, FILE, OLD);
    disk.faults().on(Kind.WRITE).fail();

    assertThat(works(() -> write(disk, FILE, NEW))).isFalse();
    assertThat(text(disk, FILE)).isEqualTo(OLD);
  }

  @Test
  void tornWriteLeavesItsFirstSectors() throws IOException {
    Set<Integer> seen = new TreeSet<>();
    for (int seed = 0; seed < SEEDS; seed++) {
      SimulatedDisk disk = DiskSketch.disk(1);
      write(disk, FILE, OLD);
      disk.faults().on(Kind.WRITE).randomly(seed, 1).tear();

      assertThat(works(() -> write(disk, FILE, NEW))).isFalse();
      String found = text(disk, FILE);
      int torn = found.lastIndexOf('B') + 1;
      assertThat(found).isEqualTo("B".repeat(torn) + "A".repeat(Page.SIZE - torn));
      seen.add(torn);
    }
    assertThat(seen).allMatch(torn -> torn % Page.SECTOR == 0).hasSize(Page.SIZE / Page.SECTOR);
  }

  @Test
  void diskFillsUpAfterThatManyBytes() throws IOException {
    SimulatedDisk disk = DiskSketch.disk(1);
    disk.faults().on(Kind.WRITE).afterBytes(1_000).lasting().noSpace();
    try (DiskFile file = disk.create(FILE)) {
      file.write(0, new byte[600], 0, 600);
      assertThatExceptionOfType(NoSpaceException.class)
          .isThrownBy(() -> file.write(600, new byte[600], 0, 600));
      assertThat(file.size()).isEqualTo(1_000);
      assertThatExceptionOfType(NoSpaceException.class)
          .isThrownBy(() -> file.write(0, new byte[1], 0, 1));
      disk.faults().heal();
      file.write(0, new byte[1], 0, 1);
    }
  }

  // ---- names

  @Test
  void failedSyncMakesNothingDurableAndALaterOneDoes() throws IOException {
    Set<Boolean> seen = new TreeSet<>();
    for (int seed = 0; seed < SEEDS; seed++) {
      SimulatedDisk disk = DiskSketch.disk(seed);
      write(disk, FILE, "x");
      disk.faults().on(Kind.SYNC_DIRECTORY).fail();
      assertThatIOException().isThrownBy(() -> disk.syncDirectory(ROOT));
      boolean again = seed % 2 == 0;
      if (again) {
        disk.syncDirectory(ROOT);
      }
      boolean found = disk.crash(seed).exists(FILE);
      assertThat(found || !again).isTrue();
      seen.add(found);
    }
    assertThat(seen).containsExactly(false, true);
  }

  @Test
  void everyOtherOperationCanFail() throws IOException {
    SimulatedDisk disk = DiskSketch.disk(1);
    write(disk, FILE, "x");
    Path other = ROOT.resolve("other");
    disk.faults().on(Kind.MAP, Kind.values()).lasting().fail();

    for (Attempt attempt :
        List.<Attempt>of(
            () -> disk.create(other),
            () -> disk.openForRead(FILE),
            () -> disk.openForWrite(FILE),
            () -> disk.map(FILE, 1),
            () -> disk.rename(FILE, other),
            () -> disk.linkIfAbsent(FILE, other),
            () -> disk.deleteIfExists(FILE),
            () -> disk.createDirectories(other),
            () -> disk.list(ROOT),
            () -> disk.size(FILE),
            () -> disk.usableSpace(ROOT),
            () -> disk.tryLock(other))) {
      assertThat(works(attempt)).isFalse();
    }
    assertThat(disk.exists(FILE)).isFalse();
    assertThat(disk.files()).containsExactly(FILE);
    disk.faults().heal();
    assertThat(disk.exists(FILE)).isTrue();
  }

  @Test
  void renameMatchesByItsNewNameToo() throws IOException {
    SimulatedDisk disk = DiskSketch.disk(1);
    write(disk, FILE, "x");
    disk.faults().on(Kind.RENAME).where(path -> path.endsWith("wanted")).fail();

    disk.rename(FILE, ROOT.resolve("other"));
    assertThat(works(() -> disk.rename(ROOT.resolve("other"), ROOT.resolve("wanted")))).isFalse();
    assertThat(disk.files()).containsExactly(ROOT.resolve("other"));
  }

  // ---- chance

  @Test
  void randomFaultsFollowFromTheirSeed() throws IOException {
    List<Boolean> one = randomOutcomes(5);

    assertThat(one).contains(true, false).isEqualTo(randomOutcomes(5));
    assertThat(one).isNotEqualTo(randomOutcomes(6));
    assertThat(one.stream().filter(worked -> !worked).count()).isBetween(200L, 300L);
  }

  private static List<Boolean> randomOutcomes(long seed) throws IOException {
    SimulatedDisk disk = DiskSketch.disk(1);
    write(disk, FILE, "x");
    disk.faults().onForce().randomly(seed, 0.25).lasting().fail();
    List<Boolean> outcomes = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      outcomes.add(works(() -> force(disk, FILE)));
    }
    return outcomes;
  }

  @Test
  void faultsThatAreDueTogetherHappenOneAfterTheOther() throws IOException {
    SimulatedDisk disk = DiskSketch.disk(1);
    write(disk, FILE, "x");
    disk.faults().onForce().nth(1).fail();
    disk.faults().onForce().nth(1).noSpace();

    assertThatIOException()
        .isThrownBy(() -> force(disk, FILE))
        .isNotInstanceOf(NoSpaceException.class);
    assertThatExceptionOfType(NoSpaceException.class).isThrownBy(() -> force(disk, FILE));
    assertThat(works(() -> force(disk, FILE))).isTrue();
  }

  @Test
  void refusesPlansWithoutMeaning() {
    DiskFaults faults = new SimulatedDisk(1).faults();

    assertThatIllegalArgumentException().isThrownBy(() -> faults.on(Kind.READ).nth(0));
    assertThatIllegalArgumentException().isThrownBy(() -> faults.on(Kind.READ).afterBytes(-1));
    assertThatIllegalArgumentException().isThrownBy(() -> faults.on(Kind.READ).randomly(1, 1.5));
    assertThatIllegalArgumentException().isThrownBy(() -> faults.on(Kind.READ).shortRead(-1));
    assertThatIllegalArgumentException().isThrownBy(() -> faults.on(Kind.FORCE).flipBit());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> faults.on(Kind.READ, Kind.WRITE).flipBit());
    assertThatIllegalArgumentException().isThrownBy(() -> faults.on(Kind.READ).tear());
  }

  private interface Attempt {
    void run() throws IOException;
  }

  private static boolean works(Attempt attempt) {
    try {
      attempt.run();
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
