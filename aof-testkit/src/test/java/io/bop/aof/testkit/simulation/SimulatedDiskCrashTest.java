package io.bop.aof.testkit.simulation;

import static io.bop.aof.testkit.simulation.DiskSketch.FILE;
import static io.bop.aof.testkit.simulation.DiskSketch.ROOT;
import static io.bop.aof.testkit.simulation.DiskSketch.force;
import static io.bop.aof.testkit.simulation.DiskSketch.text;
import static io.bop.aof.testkit.simulation.DiskSketch.textOrNone;
import static io.bop.aof.testkit.simulation.DiskSketch.write;
import static io.bop.aof.testkit.simulation.DiskSketch.writeDurably;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.bop.aof.io.DiskFile;
import io.bop.aof.io.MappedFile;
import io.bop.aof.testkit.Property;
import io.bop.aof.testkit.SeededRandom;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What power loss takes and what it leaves. */
class SimulatedDiskCrashTest {

  private static final int SEEDS = 300;

  // ---- content

  @Test
  void everySectorIsFoundInAStateThatItHadSinceTheLastForce() {
    Property.forAll("sectors survive", 1_000, SimulatedDiskCrashTest::checkSectors);
  }

  private static void checkSectors(SeededRandom random) throws IOException {
    SimulatedDisk disk = DiskSketch.disk(random.nextLong());
    int size = random.between(1, 30_000);
    List<byte[]> states = new ArrayList<>();
    try (DiskFile file = disk.create(FILE)) {
      disk.syncDirectory(ROOT);
      file.truncate(size);
      file.force();
      states.add(disk.content(FILE));
      MappedFile mapping = random.oneIn(2) ? disk.map(FILE, size) : null;
      for (int i = random.nextInt(40); i > 0; i--) {
        byte[] piece = random.bytes(random.nextInt(Math.min(size, 6_000)) + 1);
        int position = random.nextInt(size - piece.length + 1);
        if (mapping != null && random.oneIn(2)) {
          mapping.buffer().put(position, piece);
        } else {
          file.write(position, piece, 0, piece.length);
        }
        states.add(disk.content(FILE));
        if (random.oneIn(5)) {
          if (mapping != null && random.oneIn(2)) {
            mapping.force(0, size);
          } else {
            file.force();
          }
          states.subList(0, states.size() - 1).clear();
        }
        if (mapping != null && random.oneIn(20)) {
          mapping.close();
          mapping = null;
        }
      }
    }
    byte[] found = disk.crash(random.nextLong()).content(FILE);
    assertThat(found).hasSize(size);
    for (int at = 0; at < size; at += Page.SECTOR) {
      int from = at;
      int to = Math.min(size, at + Page.SECTOR);
      assertThat(states)
          .as("sector at " + at)
          .anyMatch(state -> Arrays.equals(state, from, to, found, from, to));
    }
  }

  @Test
  void unforcedPageIsFoundOldOrNewOrBetweenOrTorn() throws IOException {
    Map<String, Integer> seen = new HashMap<>();
    for (int seed = 0; seed < SEEDS; seed++) {
      SimulatedDisk disk = DiskSketch.disk(seed);
      writeDurably(disk, FILE, "A".repeat(Page.SIZE));
      write(disk, FILE, "B".repeat(Page.SIZE));
      for (int i = 0; i < 10; i++) {
        disk.exists(FILE);
        disk.size(FILE);
      }
      write(disk, FILE, "C".repeat(Page.SIZE));
      seen.merge(distinct(text(disk.crash(seed), FILE)), 1, Integer::sum);
    }
    assertThat(seen).containsKeys("A", "B", "C", "AC");
    assertThat(seen.get("A")).isBetween(SEEDS / 10, SEEDS);
    assertThat(seen.get("C")).isBetween(SEEDS / 10, SEEDS);
  }

  @Test
  void unforcedPartOfAPageIsFoundOldOrNewOrBetween() throws IOException {
    Map<String, Integer> seen = new HashMap<>();
    for (int seed = 0; seed < SEEDS; seed++) {
      SimulatedDisk disk = DiskSketch.disk(seed);
      writeDurably(disk, FILE, "A".repeat(100));
      write(disk, FILE, "B".repeat(100));
      for (int i = 0; i < 10; i++) {
        disk.size(FILE);
      }
      write(disk, FILE, "C".repeat(100));
      seen.merge(distinct(text(disk.crash(seed), FILE)), 1, Integer::sum);
    }
    assertThat(seen).containsOnlyKeys("A", "B", "C");
    assertThat(seen.get("A")).isBetween(SEEDS / 4, SEEDS);
    assertThat(seen.get("C")).isBetween(SEEDS / 4, SEEDS);
  }

  @Test
  void mappedPageIsFoundOldOrNewOrBetweenOrTorn() throws IOException {
    Set<String> seen = new TreeSet<>();
    for (int seed = 0; seed < SEEDS; seed++) {
      SimulatedDisk disk = DiskSketch.disk(seed);
      writeDurably(disk, FILE, "A".repeat(Page.SIZE));
      MappedFile mapping = disk.map(FILE, Page.SIZE);
      mapping.buffer().put(0, "B".repeat(Page.SIZE).getBytes(StandardCharsets.UTF_8));
      for (int i = 0; i < 20; i++) {
        disk.size(FILE);
      }
      mapping.buffer().put(0, "C".repeat(Page.SIZE).getBytes(StandardCharsets.UTF_8));
      seen.add(distinct(text(disk.crash(seed), FILE)));
    }
    assertThat(seen).contains("A", "B", "C", "AC");
  }

  @Test
  void forceOfARangeKeepsOnlyItsPages() throws IOException {
    Set<String> seen = new TreeSet<>();
    for (int seed = 0; seed < SEEDS; seed++) {
      SimulatedDisk disk = DiskSketch.disk(seed);
      writeDurably(disk, FILE, "A".repeat(3 * Page.SIZE));
      MappedFile mapping = disk.map(FILE, 3 * Page.SIZE);
      for (int page = 0; page < 3; page++) {
        mapping.buffer().put(page * Page.SIZE, (byte) 'B');
      }
      mapping.force(Page.SIZE, Page.SIZE + 1);
      byte[] found = disk.crash(seed).content(FILE);
      seen.add("" + (char) found[0] + (char) found[Page.SIZE] + (char) found[2 * Page.SIZE]);
    }
    assertThat(seen).containsExactly("ABA", "ABB", "BBA", "BBB");
  }

  @Test
  void unforcedGrowthIsFoundOrNot() throws IOException {
    Set<String> seen = new TreeSet<>();
    for (int seed = 0; seed < SEEDS; seed++) {
      SimulatedDisk disk = DiskSketch.disk(seed);
      writeDurably(disk, FILE, "A".repeat(100));
      write(disk, FILE, "A".repeat(100) + "B".repeat(100));
      SimulatedDisk found = disk.crash(seed);
      int size = text(found, FILE).length();
      seen.add(distinct(text(found, FILE)));
      try (DiskFile file = found.openForWrite(FILE)) {
        file.truncate(300);
      }
      assertThat(text(found, FILE).substring(size)).isEqualTo("\0".repeat(300 - size));
    }
    assertThat(seen).contains("A", "AB", "A\0");
  }

  @Test
  void unforcedTruncationIsFoundOrNot() throws IOException {
    Set<Integer> sizes = new TreeSet<>();
    for (int seed = 0; seed < SEEDS; seed++) {
      SimulatedDisk disk = DiskSketch.disk(seed);
      writeDurably(disk, FILE, "A".repeat(9_000));
      try (DiskFile file = disk.openForWrite(FILE)) {
        file.truncate(100);
        file.truncate(5_000);
      }
      byte[] found = disk.crash(seed).content(FILE);
      sizes.add(found.length);
      assertThat(found).startsWith("A".repeat(100).getBytes(StandardCharsets.UTF_8));
    }
    assertThat(sizes).containsExactly(100, 5_000, 9_000);
  }

  @Test
  void forcedTruncationStays() throws IOException {
    for (int seed = 0; seed < SEEDS; seed++) {
      SimulatedDisk disk = DiskSketch.disk(seed);
      writeDurably(disk, FILE, "A".repeat(9_000));
      try (DiskFile file = disk.openForWrite(FILE)) {
        file.truncate(5_000);
        file.force();
        file.truncate(6_000);
        file.force();
      }
      assertThat(text(disk.crash(seed), FILE)).isEqualTo("A".repeat(5_000) + "\0".repeat(1_000));
    }
  }

  // ---- names

  @Test
  void nameSurvivesForCertainOnlyIfItsDirectoryWasSynced() throws IOException {
    Set<String> seen = new TreeSet<>();
    for (int seed = 0; seed < SEEDS; seed++) {
      SimulatedDisk disk = DiskSketch.disk(seed);
      writeDurably(disk, ROOT.resolve("synced"), "s");
      for (String name : List.of("a", "b")) {
        write(disk, ROOT.resolve(name), name);
        force(disk, ROOT.resolve(name));
      }
      seen.add(names(disk.crash(seed)));
    }
    assertThat(seen).containsExactly("a b synced", "a synced", "b synced", "synced");
  }

  @Test
  void deletedNameMayComeBack() throws IOException {
    Set<String> seen = new TreeSet<>();
    for (int seed = 0; seed < SEEDS; seed++) {
      SimulatedDisk disk = DiskSketch.disk(seed);
      writeDurably(disk, FILE, "old");
      disk.deleteIfExists(FILE);
      write(disk, FILE, "new");
      force(disk, FILE);
      seen.add(textOrNone(disk.crash(seed), FILE));
    }
    assertThat(seen).containsExactly("new", "none", "old");
  }

  @Test
  void syncedDeletionStays() throws IOException {
    for (int seed = 0; seed < SEEDS; seed++) {
      SimulatedDisk disk = DiskSketch.disk(seed);
      writeDurably(disk, FILE, "old");
      disk.deleteIfExists(FILE);
      disk.syncDirectory(ROOT);
      assertThat(disk.crash(seed).exists(FILE)).isFalse();
    }
  }

  @Test
  void renameIsFoundDoneOrNotDone() throws IOException {
    Path other = ROOT.resolve("other");
    Set<String> seen = new TreeSet<>();
    for (int seed = 0; seed < SEEDS; seed++) {
      SimulatedDisk disk = DiskSketch.disk(seed);
      writeDurably(disk, FILE, "new");
      writeDurably(disk, other, "old");
      disk.rename(FILE, other);
      SimulatedDisk found = disk.crash(seed);
      seen.add(textOrNone(found, FILE) + " " + textOrNone(found, other));
    }
    assertThat(seen).containsExactly("new old", "none new");
  }

  @Test
  void nameThatIsGivenAnewNeverTakesTheRenamedFileAlong() throws IOException {
    Path other = ROOT.resolve("other");
    Set<String> seen = new TreeSet<>();
    for (int seed = 0; seed < SEEDS; seed++) {
      SimulatedDisk disk = DiskSketch.disk(seed);
      writeDurably(disk, FILE, "old");
      disk.rename(FILE, other);
      write(disk, FILE, "new");
      force(disk, FILE);
      SimulatedDisk found = disk.crash(seed);
      seen.add(textOrNone(found, FILE) + " " + textOrNone(found, other));
    }
    assertThat(seen).containsExactly("new old", "none old", "old none");
  }

  @Test
  void syncedRenameStays() throws IOException {
    for (int seed = 0; seed < SEEDS; seed++) {
      SimulatedDisk disk = DiskSketch.disk(seed);
      write(disk, FILE, "x");
      force(disk, FILE);
      disk.rename(FILE, ROOT.resolve("other"));
      disk.syncDirectory(ROOT);
      SimulatedDisk found = disk.crash(seed);
      assertThat(found.files()).containsExactly(ROOT.resolve("other"));
      assertThat(text(found, ROOT.resolve("other"))).isEqualTo("x");
    }
  }

  @Test
  void renameToAnotherDirectoryLosesNothing() throws IOException {
    Path elsewhere = ROOT.resolve("elsewhere");
    Path target = elsewhere.resolve("file");
    Set<String> seen = new TreeSet<>();
    for (int seed = 0; seed < SEEDS; seed++) {
      SimulatedDisk disk = DiskSketch.disk(seed);
      disk.createDirectories(elsewhere);
      write(disk, FILE, "x");
      if (seed % 2 == 0) {
        disk.syncDirectory(ROOT);
      }
      disk.rename(FILE, target);
      boolean synced = seed % 3 != 0;
      if (synced) {
        disk.syncDirectory(seed % 3 == 1 ? elsewhere : ROOT);
      }
      SimulatedDisk found = disk.crash(seed);
      assertThat(found.exists(FILE) && found.exists(target)).isFalse();
      assertThat(found.exists(FILE) || found.exists(target) || seed % 2 != 0 && !synced).isTrue();
      seen.add(synced + " " + found.exists(target));
    }
    assertThat(seen).containsExactly("false false", "false true", "true true");
  }

  @Test
  void linkIsFoundOrNotAndSharesItsContent() throws IOException {
    Path other = ROOT.resolve("other");
    Set<Boolean> seen = new TreeSet<>();
    for (int seed = 0; seed < SEEDS; seed++) {
      SimulatedDisk disk = DiskSketch.disk(seed);
      writeDurably(disk, FILE, "A".repeat(Page.SIZE));
      disk.linkIfAbsent(FILE, other);
      write(disk, FILE, "B".repeat(Page.SIZE));
      SimulatedDisk found = disk.crash(seed);
      seen.add(found.exists(other));
      if (found.exists(other)) {
        assertThat(text(found, other)).isEqualTo(text(found, FILE));
        write(found, other, "C");
        assertThat(text(found, FILE)).startsWith("C");
      }
    }
    assertThat(seen).containsExactly(false, true);
  }

  @Test
  void directoryThatIsLostTakesItsFilesAlong() throws IOException {
    Path parent = ROOT.resolve("parent");
    Path child = parent.resolve("child");
    Set<String> seen = new TreeSet<>();
    for (int seed = 0; seed < SEEDS; seed++) {
      SimulatedDisk disk = DiskSketch.disk(seed);
      disk.createDirectories(parent);
      disk.faults().on(DiskOperation.Kind.SYNC_DIRECTORY).fail();
      assertThatIOException().isThrownBy(() -> disk.createDirectories(child));
      writeDurably(disk, child.resolve("file"), "x");
      SimulatedDisk found = disk.crash(seed);
      seen.add(found.exists(child) + " " + textOrNone(found, child.resolve("file")));
    }
    assertThat(seen).containsExactly("false none", "true x");
  }

  @Test
  void directoryOfAKilledProcessIsForcedByTheNextOne() throws IOException {
    Path child = ROOT.resolve("child");
    for (int seed = 0; seed < SEEDS; seed++) {
      SimulatedDisk killed = DiskSketch.disk(seed);
      killed.faults().on(DiskOperation.Kind.SYNC_DIRECTORY).fail();
      assertThatIOException().isThrownBy(() -> killed.createDirectories(child));
      SimulatedDisk disk = killed.restart();
      disk.createDirectories(child);
      writeDurably(disk, child.resolve("file"), "x");
      SimulatedDisk found = disk.crash(seed);
      assertThat(textOrNone(found, child.resolve("file"))).isEqualTo("x");
    }
  }

  // ---- the dead process

  @Test
  void diskIsGoneAfterPowerLoss() throws IOException {
    SimulatedDisk disk = DiskSketch.disk(1);
    write(disk, FILE, "x");
    DiskFile file = disk.openForWrite(FILE);
    MappedFile mapping = disk.map(FILE, 1);
    disk.crash(1);

    for (Call call :
        List.<Call>of(
            () -> disk.exists(FILE),
            () -> disk.list(ROOT),
            () -> disk.create(FILE),
            () -> disk.deleteIfExists(FILE),
            () -> disk.content(FILE),
            disk::restart,
            () -> disk.crash(2),
            file::size,
            file::force,
            () -> file.write(0, new byte[1], 0, 1),
            () -> file.read(0, new byte[1], 0, 1),
            () -> mapping.force(0, 1))) {
      assertThatExceptionOfType(DiskGoneError.class).isThrownBy(call::run);
    }
    mapping.buffer().put(0, (byte) 'y');
    mapping.close();
    file.close();
    assertThat(mapping.buffer().get(0)).isEqualTo((byte) 'y');
    disk.release();
  }

  private interface Call {
    void run() throws IOException;
  }

  @Test
  void samePastAndSeedGiveTheSameDisk() throws IOException {
    for (int seed = 0; seed < 100; seed++) {
      assertThat(image(seed)).isEqualTo(image(seed));
    }
    assertThat(image(1)).isNotEqualTo(image(2));
  }

  private static Map<Path, String> image(long seed) throws IOException {
    SeededRandom random = new SeededRandom(seed);
    SimulatedDisk disk = DiskSketch.disk(seed);
    List<Path> files = List.of(FILE, ROOT.resolve("b"), ROOT.resolve("c"));
    for (int i = 0; i < 60; i++) {
      Path file = random.pick(files);
      switch (random.nextInt(5)) {
        case 0 -> force(disk, orNew(disk, file));
        case 1 -> disk.rename(orNew(disk, file), random.pick(files));
        case 2 -> disk.syncDirectory(ROOT);
        case 3 -> disk.deleteIfExists(file);
        default -> write(disk, file, "" + i + "-".repeat(random.nextInt(10_000)));
      }
    }
    SimulatedDisk found = disk.crash(seed);
    Map<Path, String> image = new HashMap<>();
    for (Path file : found.files()) {
      image.put(file, text(found, file));
    }
    return image;
  }

  private static Path orNew(SimulatedDisk disk, Path file) throws IOException {
    if (!disk.exists(file)) {
      write(disk, file, "new");
    }
    return file;
  }

  private static String names(SimulatedDisk disk) {
    return String.join(" ", disk.files().stream().map(f -> f.getFileName().toString()).toList());
  }

  private static String distinct(String text) {
    StringBuilder distinct = new StringBuilder();
    text.chars().distinct().sorted().forEach(c -> distinct.append((char) c));
    return distinct.toString().equals("\0A") ? "A\0" : distinct.toString();
  }
}
