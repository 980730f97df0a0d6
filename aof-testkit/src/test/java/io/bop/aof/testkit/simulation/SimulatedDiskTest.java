package io.bop.aof.testkit.simulation;

import static io.bop.aof.testkit.simulation.DiskSketch.FILE;
import static io.bop.aof.testkit.simulation.DiskSketch.ROOT;
import static io.bop.aof.testkit.simulation.DiskSketch.force;
import static io.bop.aof.testkit.simulation.DiskSketch.text;
import static io.bop.aof.testkit.simulation.DiskSketch.write;
import static io.bop.aof.testkit.simulation.DiskSketch.writeDurably;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.bop.aof.io.Disk.DiskLock;
import io.bop.aof.io.DiskFile;
import io.bop.aof.io.MappedFile;
import io.bop.aof.io.NoSpaceException;
import io.bop.aof.testkit.simulation.DiskOperation.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a simulated disk has beyond a real one: capacity, restarts, a listener, damage. */
class SimulatedDiskTest {

  // ---- room

  @Test
  void fullDiskRefusesNewPagesAndNames() throws IOException {
    SimulatedDisk disk = DiskSketch.disk(1);
    disk.capacity(3 * Page.SIZE);
    try (DiskFile file = disk.create(FILE)) {
      file.write(0, new byte[2 * Page.SIZE], 0, 2 * Page.SIZE);
      assertThat(disk.usedBytes()).isEqualTo(2 * Page.SIZE);
      assertThat(disk.usableSpace(ROOT)).isEqualTo(Page.SIZE);
      assertThatExceptionOfType(NoSpaceException.class)
          .isThrownBy(() -> file.write(Page.SIZE, new byte[9_000], 0, 9_000));
      assertThat(file.size()).isEqualTo(3 * Page.SIZE);
      assertThat(disk.usableSpace(ROOT)).isZero();

      file.write(0, new byte[3 * Page.SIZE], 0, 3 * Page.SIZE);
      file.force();
    }
    Path other = ROOT.resolve("other");
    assertThatExceptionOfType(NoSpaceException.class).isThrownBy(() -> disk.create(other));
    assertThatExceptionOfType(NoSpaceException.class).isThrownBy(() -> disk.tryLock(other));
    assertThatExceptionOfType(NoSpaceException.class)
        .isThrownBy(() -> disk.linkIfAbsent(FILE, other));
    assertThatExceptionOfType(NoSpaceException.class)
        .isThrownBy(() -> disk.createDirectories(other));
    disk.rename(FILE, other);
    assertThat(disk.deleteIfExists(other)).isTrue();
    assertThat(disk.usedBytes()).isZero();
  }

  @Test
  void truncatingAndDeletingGiveRoomOnlyWhenNobodyHasTheFileOpen() throws IOException {
    SimulatedDisk disk = DiskSketch.disk(1);
    DiskFile file = disk.create(FILE);
    file.write(0, new byte[10_000], 0, 10_000);
    assertThat(disk.usedBytes()).isEqualTo(3 * Page.SIZE);
    file.truncate(5_000);
    assertThat(disk.usedBytes()).isEqualTo(2 * Page.SIZE);
    MappedFile mapping = disk.map(FILE, 5_000);
    disk.deleteIfExists(FILE);
    file.close();
    assertThat(disk.usedBytes()).isEqualTo(2 * Page.SIZE);
    mapping.close();
    assertThat(disk.usedBytes()).isZero();
  }

  @Test
  void holesTakeRoomWhenTheyAreMapped() throws IOException {
    SimulatedDisk disk = DiskSketch.disk(1);
    disk.capacity(2 * Page.SIZE);
    try (DiskFile file = disk.create(FILE)) {
      file.truncate(3 * Page.SIZE);
      assertThat(disk.usedBytes()).isZero();
      assertThatExceptionOfType(NoSpaceException.class)
          .isThrownBy(() -> disk.map(FILE, 3 * Page.SIZE));
      disk.capacity(3 * Page.SIZE);
      disk.map(FILE, 3 * Page.SIZE).close();
      assertThat(disk.usedBytes()).isEqualTo(3 * Page.SIZE);
    }
  }

  @Test
  void roomIsCountedAnewAfterPowerLossAndRestart() throws IOException {
    SimulatedDisk disk = DiskSketch.disk(1);
    disk.capacity(10 * Page.SIZE);
    writeDurably(disk, FILE, "x".repeat(5_000));
    disk.linkIfAbsent(FILE, ROOT.resolve("link"));
    disk.syncDirectory(ROOT);
    write(disk, ROOT.resolve("gone"), "y".repeat(5_000));
    DiskFile open = disk.openForRead(ROOT.resolve("gone"));
    disk.deleteIfExists(ROOT.resolve("gone"));
    assertThat(disk.usedBytes()).isEqualTo(4 * Page.SIZE);
    assertThat(open.size()).isEqualTo(5_000);

    disk = disk.restart();
    assertThat(disk.usedBytes()).isEqualTo(2 * Page.SIZE);
    disk.deleteIfExists(FILE);
    assertThat(disk.usedBytes()).isEqualTo(2 * Page.SIZE);
    disk.syncDirectory(ROOT);
    disk = disk.crash(1);
    assertThat(disk.usedBytes()).isEqualTo(2 * Page.SIZE);
    assertThat(disk.usableSpace(ROOT)).isEqualTo(8 * Page.SIZE);
    disk.deleteIfExists(ROOT.resolve("link"));
    assertThat(disk.usedBytes()).isZero();
  }

  // ---- restart

  @Test
  void restartKeepsAllThatWasWritten() throws Exception {
    SimulatedDisk disk = DiskSketch.disk(1);
    write(disk, FILE, "0123456789");
    MappedFile mapping = disk.map(FILE, 10);
    mapping.buffer().put(2, (byte) 'x');
    assertThat(disk.tryLock(ROOT.resolve("lock"))).isPresent();

    SimulatedDisk next = disk.restart();
    mapping.buffer().put(3, (byte) 'y');

    assertThat(text(next, FILE)).isEqualTo("01x3456789");
    assertThat(next.tryLock(ROOT.resolve("lock"))).isPresent();
    assertThatExceptionOfType(DiskGoneError.class).isThrownBy(() -> disk.exists(FILE));
  }

  /* Of all sizes that other tests do not use, so that the second process gets the same memory. */
  @Test
  void memoryOfAKilledProcessHasNoUsersInTheNextOne() throws IOException {
    int size = 37 * Page.SIZE;
    SimulatedDisk disk = DiskSketch.disk(1);
    write(disk, FILE, "x".repeat(size));
    disk.map(FILE, size);
    SimulatedDisk next = disk.restart();
    disk.release();

    MappedFile mapping = next.map(FILE, size);
    ByteBuffer buffer = mapping.buffer();
    mapping.close();
    buffer.put(0, (byte) 1);

    assertThatExceptionOfType(AssertionError.class).isThrownBy(next::checkMappings);
  }

  @Test
  void restartMakesNothingDurable() throws IOException {
    boolean lost = false;
    for (int seed = 0; seed < 20; seed++) {
      SimulatedDisk disk = DiskSketch.disk(seed);
      writeDurably(disk, FILE, "old");
      write(disk, FILE, "new");
      lost |= text(disk.restart().crash(seed), FILE).equals("old");
    }
    assertThat(lost).isTrue();
  }

  // ---- memory after its use

  @Test
  void lateReaderFindsNonsenseAndLateWriterIsNamed() throws IOException {
    SimulatedDisk disk = DiskSketch.disk(1);
    write(disk, FILE, "0123456789");
    MappedFile mapping = disk.map(FILE, 10);
    ByteBuffer buffer = mapping.buffer();
    mapping.close();

    assertThat(buffer.get(0)).isNotEqualTo((byte) '0');
    buffer.put(1, (byte) 'z');
    assertThat(text(disk, FILE)).isEqualTo("0123456789");
    assertThatExceptionOfType(AssertionError.class)
        .isThrownBy(() -> disk.crash(1))
        .withMessageContaining(FILE.toString())
        .withMessageContaining("position=1");
  }

  @Test
  void lateWriterIsFoundAtTheReleaseToo() throws IOException {
    SimulatedDisk disk = DiskSketch.disk(1);
    write(disk, FILE, "0123456789");
    MappedFile mapping = disk.map(FILE, 10);
    ByteBuffer buffer = mapping.buffer();
    mapping.close();
    buffer.put(1, (byte) 'z');
    write(disk, FILE, "x".repeat(11 * Page.SIZE));
    disk.map(FILE, 11 * Page.SIZE).close();

    assertThatExceptionOfType(AssertionError.class).isThrownBy(disk::release);
    assertThatExceptionOfType(DiskGoneError.class).isThrownBy(() -> disk.exists(FILE));
  }

  @Test
  void lateWriterIsNamedWhenTheMemoryIsUsedAgain() throws IOException {
    SimulatedDisk disk = DiskSketch.disk(1);
    int unusual = 7 * Page.SIZE;
    write(disk, FILE, "x".repeat(unusual));
    write(disk, ROOT.resolve("other"), "y".repeat(unusual));
    MappedFile mapping = disk.map(FILE, unusual);
    ByteBuffer buffer = mapping.buffer();
    mapping.close();
    buffer.put(5_000, (byte) 'z');

    assertThatExceptionOfType(AssertionError.class)
        .isThrownBy(() -> disk.map(ROOT.resolve("other"), unusual))
        .withMessageContaining("file=" + FILE)
        .withMessageContaining("position=5000");
    assertThatExceptionOfType(AssertionError.class).isThrownBy(disk::release);
  }

  @Test
  void onlyTheDiskOfALateWriterIsBlamed() throws IOException {
    int unusual = 9 * Page.SIZE;
    SimulatedDisk disk = DiskSketch.disk(1);
    write(disk, FILE, "x".repeat(unusual));
    MappedFile mapping = disk.map(FILE, unusual);
    ByteBuffer buffer = mapping.buffer();
    mapping.close();
    buffer.put(0, (byte) 'z');
    SimulatedDisk other = DiskSketch.disk(1);
    write(other, FILE, "x".repeat(unusual));

    assertThatExceptionOfType(AssertionError.class).isThrownBy(disk::checkMappings);
    other.map(FILE, unusual).close();
    other.restart().crash(1);
    other.checkMappings();
    assertThatExceptionOfType(AssertionError.class).isThrownBy(disk::checkMappings);
  }

  @Test
  void lateWriterIsFoundOnTheDisksThatCameAfter() throws IOException {
    SimulatedDisk disk = DiskSketch.disk(1);
    write(disk, FILE, "0123456789");
    SimulatedDisk last = disk.restart().restart();
    MappedFile mapping = last.map(FILE, 10);
    ByteBuffer buffer = mapping.buffer();
    mapping.close();
    disk.checkMappings();
    buffer.put(1, (byte) 'z');

    assertThatExceptionOfType(AssertionError.class).isThrownBy(disk::checkMappings);
  }

  @Test
  void whatIsBehindTheEndOfATruncatedFileReadsAsZeros() throws IOException {
    SimulatedDisk disk = DiskSketch.disk(1);
    write(disk, FILE, "0123456789");
    MappedFile mapping = disk.map(FILE, 10);
    try (DiskFile file = disk.openForWrite(FILE)) {
      file.truncate(4);
      assertThat(mapping.buffer().get(3)).isEqualTo((byte) '3');
      assertThat(mapping.buffer().get(4)).isZero();
      mapping.buffer().put(5, (byte) 'z');
      file.truncate(10);
      assertThat(text(disk, FILE)).isEqualTo("0123" + "\0".repeat(6));
    }
  }

  @Test
  void knowsWhatIsOpen() throws Exception {
    SimulatedDisk disk = DiskSketch.disk(1);
    Path other = ROOT.resolve("other");
    write(disk, FILE, "0123456789");
    DiskFile one = disk.openForRead(FILE);
    DiskFile two = disk.openForWrite(FILE);
    MappedFile mapping = disk.map(FILE, 1);
    DiskLock lock = disk.tryLock(other).orElseThrow();
    disk.deleteIfExists(FILE);

    assertThat(disk.open()).containsExactly(FILE, FILE, FILE, other);
    one.close();
    mapping.close();
    assertThat(disk.open()).containsExactly(FILE, other);
    lock.close();
    two.close();
    two.close();
    assertThat(disk.open()).isEmpty();
    assertThat(disk.restart().open()).isEmpty();
  }

  @Test
  void memoryOfADeadProcessIsUsedAgainOnceItIsReleased() throws IOException {
    int unusual = 5 * Page.SIZE;
    SimulatedDisk disk = DiskSketch.disk(1);
    write(disk, FILE, "x".repeat(unusual));
    MappedFile mapping = disk.map(FILE, unusual);
    ByteBuffer dead = mapping.buffer();
    SimulatedDisk next = disk.restart();
    ByteBuffer before = next.map(FILE, unusual).buffer();
    before.put(0, (byte) 'a');
    assertThat(dead.get(0)).isEqualTo((byte) 'x');

    disk.release();
    write(next, ROOT.resolve("other"), "y".repeat(unusual));
    next.map(ROOT.resolve("other"), unusual).buffer().put(0, (byte) 'b');
    assertThat(dead.get(0)).isEqualTo((byte) 'b');
  }

  // ---- listener

  @Test
  void listenerIsToldBeforeEachOperation() throws IOException {
    SimulatedDisk disk = new SimulatedDisk(1);
    disk.createDirectories(ROOT);
    long before = disk.operations();
    List<DiskOperation> told = new ArrayList<>();
    disk.onOperation(told::add);

    try (DiskFile file = disk.create(FILE)) {
      file.write(5, new byte[7], 0, 7);
      file.force();
    }
    disk.rename(FILE, ROOT.resolve("other"));

    assertThat(told)
        .containsExactly(
            new DiskOperation(before + 1, Kind.CREATE, FILE, 0, 0, null),
            new DiskOperation(before + 2, Kind.WRITE, FILE, 5, 7, null),
            new DiskOperation(before + 3, Kind.FORCE, FILE, 0, 0, null),
            new DiskOperation(before + 4, Kind.RENAME, FILE, 0, 0, ROOT.resolve("other")));
    assertThat(disk.operations()).isEqualTo(before + 4);
    assertThat(told.get(1))
        .hasToString("#" + (before + 2) + " WRITE path=/data/file position=5 length=7");
  }

  @Test
  void operationDoesNotHappenWhenTheListenerThrows() throws IOException {
    SimulatedDisk disk = DiskSketch.disk(1);
    write(disk, FILE, "x");
    disk.onOperation(
        operation -> {
          throw new DiskGoneError("stopped");
        });

    assertThatExceptionOfType(DiskGoneError.class).isThrownBy(() -> disk.deleteIfExists(FILE));
    assertThat(disk.files()).containsExactly(FILE);
  }

  @Test
  void listenerMayTakeThePowerAway() throws IOException {
    SimulatedDisk disk = DiskSketch.disk(1);
    writeDurably(disk, FILE, "x");
    List<SimulatedDisk> next = new ArrayList<>();
    disk.onOperation(operation -> next.add(disk.crash(1)));

    assertThatExceptionOfType(DiskGoneError.class).isThrownBy(() -> disk.deleteIfExists(FILE));
    assertThat(next.get(0).files()).containsExactly(FILE);
  }

  // ---- damage

  @Test
  void damageIsSeenAtOnceAndDurable() throws IOException {
    for (int seed = 0; seed < 20; seed++) {
      SimulatedDisk disk = DiskSketch.disk(seed);
      Path other = ROOT.resolve("other");
      writeDurably(disk, FILE, "0123456789");
      writeDurably(disk, other, "abc");
      MappedFile mapping = disk.map(FILE, 10);

      disk.damage().flipBit(FILE, 1, 0);
      assertThat(mapping.buffer().get(1)).isEqualTo((byte) '0');
      disk.damage().zero(FILE, 2, 4);
      disk.damage().truncate(FILE, 8);
      disk.damage().swap(FILE, other);
      disk.replaceContent(FILE, new byte[] {'n', 'e', 'w'});

      disk = disk.crash(seed);
      assertThat(text(disk, FILE)).isEqualTo("new");
      assertThat(text(disk, other)).isEqualTo("00\0\0" + "4567");
    }
  }

  @Test
  void damageOutsideOfTheFileIsRefused() throws IOException {
    SimulatedDisk disk = DiskSketch.disk(1);
    write(disk, FILE, "0123456789");

    assertThatIllegalArgumentException().isThrownBy(() -> disk.damage().flipBit(FILE, 10, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> disk.damage().zero(FILE, 5, 11));
    assertThatIllegalArgumentException().isThrownBy(() -> disk.damage().truncate(FILE, 11));
    assertThat(text(disk, FILE)).isEqualTo("0123456789");
  }

  @Test
  void filesAreListedInOrder() throws IOException {
    SimulatedDisk disk = DiskSketch.disk(1);
    disk.createDirectories(ROOT.resolve("b"));
    for (String name : List.of("c", "b/x", "a", "b-1")) {
      write(disk, ROOT.resolve(name), "");
      force(disk, ROOT.resolve(name));
    }
    assertThat(disk.files())
        .isSorted()
        .containsExactlyInAnyOrder(
            ROOT.resolve("a"), ROOT.resolve("b-1"), ROOT.resolve("b/x"), ROOT.resolve("c"));
  }
}
