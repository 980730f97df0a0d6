package io.bop.aof.testkit.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.bop.aof.io.Disk;
import io.bop.aof.io.Disk.DiskLock;
import io.bop.aof.io.DiskFile;
import io.bop.aof.io.Host;
import io.bop.aof.io.MappedFile;
import io.bop.aof.testkit.SeededRandom;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What every disk does, the real one and the simulated one. */
@ParameterizedClass
@EnumSource
class DiskContractTest {

  enum Kind {
    SYSTEM,
    SIMULATED
  }

  private static final VarHandle LONGS =
      MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INTS =
      MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private final Disk disk;
  private Path root;
  private Path file;

  DiskContractTest(Kind kind) {
    disk = kind == Kind.SYSTEM ? Host.system().disk() : new SimulatedDisk(1);
  }

  @BeforeEach
  void makeRoot(@TempDir Path folder) throws IOException {
    root = folder.resolve("root");
    file = root.resolve("file");
    disk.createDirectories(root);
  }

  // ---- directories

  @Test
  void createsDirectoriesWithTheirParents() throws IOException {
    Path deep = root.resolve("a/b/c");

    disk.createDirectories(deep);
    disk.createDirectories(deep);

    assertThat(disk.exists(deep)).isTrue();
    assertThat(disk.exists(root.resolve("a/b"))).isTrue();
    assertThat(disk.list(deep)).isEmpty();
  }

  @Test
  void refusesDirectoryWhereFileIs() throws IOException {
    write(file, "x");

    assertThatExceptionOfType(FileAlreadyExistsException.class)
        .isThrownBy(() -> disk.createDirectories(file));
    assertThatExceptionOfType(FileAlreadyExistsException.class)
        .isThrownBy(() -> disk.createDirectories(file.resolve("below/deeper")));
  }

  @Test
  void listsDirectChildrenSortedByName() throws IOException {
    for (String name : new String[] {"b", "a", "c-1", "c", "\u00e9", "Z"}) {
      write(root.resolve(name), "");
    }
    disk.createDirectories(root.resolve("bb/below"));

    assertThat(disk.list(root))
        .isSorted()
        .containsExactlyInAnyOrder(
            root.resolve("a"),
            root.resolve("b"),
            root.resolve("bb"),
            root.resolve("c"),
            root.resolve("c-1"),
            root.resolve("\u00e9"),
            root.resolve("Z"));
  }

  @Test
  void listsNothingWhereNoDirectoryIs() throws IOException {
    write(file, "x");

    assertThat(disk.list(root.resolve("missing"))).isEmpty();
    assertThat(disk.list(file)).isEmpty();
    assertThat(disk.list(file.resolve("below"))).isEmpty();
  }

  @Test
  void syncsDirectories() throws IOException {
    disk.syncDirectory(root);

    assertThatExceptionOfType(NoSuchFileException.class)
        .isThrownBy(() -> disk.syncDirectory(root.resolve("missing")));
  }

  @Test
  void knowsFreeSpaceOfDirectoriesThatExist() throws IOException {
    assertThat(disk.usableSpace(root)).isPositive();
    assertThatExceptionOfType(NoSuchFileException.class)
        .isThrownBy(() -> disk.usableSpace(root.resolve("missing")));
  }

  // ---- names

  @Test
  void createsFileOnlyOnce() throws IOException {
    disk.create(file).close();

    assertThat(disk.exists(file)).isTrue();
    assertThat(disk.size(file)).isZero();
    assertThatExceptionOfType(FileAlreadyExistsException.class).isThrownBy(() -> disk.create(file));
    assertThatExceptionOfType(FileAlreadyExistsException.class).isThrownBy(() -> disk.create(root));
  }

  @Test
  void createsNoFileInDirectoryThatIsMissingOrAFile() throws IOException {
    write(file, "x");

    assertThatExceptionOfType(NoSuchFileException.class)
        .isThrownBy(() -> disk.create(root.resolve("missing/file")));
    assertThatExceptionOfType(FileSystemException.class)
        .isThrownBy(() -> disk.create(file.resolve("below")));
  }

  @Test
  void opensOnlyWhatExists() {
    assertThatExceptionOfType(FileNotFoundException.class).isThrownBy(() -> disk.openForRead(file));
    assertThatExceptionOfType(FileNotFoundException.class).isThrownBy(() -> disk.openForRead(root));
    assertThatExceptionOfType(NoSuchFileException.class).isThrownBy(() -> disk.openForWrite(file));
    assertThatExceptionOfType(FileNotFoundException.class)
        .isThrownBy(() -> disk.openForWrite(root));
    assertThatExceptionOfType(NoSuchFileException.class).isThrownBy(() -> disk.map(file, 1));
    assertThatExceptionOfType(NoSuchFileException.class).isThrownBy(() -> disk.size(file));
    assertThat(disk.exists(file)).isFalse();
  }

  @Test
  void renamesAndReplaces() throws IOException {
    Path other = root.resolve("other");
    write(file, "new");
    write(other, "old");

    disk.rename(file, other);

    assertThat(disk.exists(file)).isFalse();
    assertThat(read(other)).isEqualTo("new");
    assertThatExceptionOfType(NoSuchFileException.class).isThrownBy(() -> disk.rename(file, other));
    assertThatExceptionOfType(NoSuchFileException.class)
        .isThrownBy(() -> disk.rename(other, root.resolve("missing/file")));
    assertThatExceptionOfType(FileSystemException.class).isThrownBy(() -> disk.rename(other, root));
    assertThat(read(other)).isEqualTo("new");
  }

  @Test
  void renameToItselfOrToItsOtherNameDoesNothing() throws IOException {
    Path other = root.resolve("other");
    write(file, "x");
    assertThat(disk.linkIfAbsent(file, other)).isTrue();

    disk.rename(file, file);
    disk.rename(file, other);

    assertThat(disk.list(root)).containsExactly(file, other);
  }

  @Test
  void renamesDirectories() throws IOException {
    Path from = root.resolve("from");
    Path to = root.resolve("to");
    disk.createDirectories(from);
    write(from.resolve("file"), "x");
    disk.createDirectories(root.resolve("full"));
    write(root.resolve("full/file"), "y");

    disk.rename(from, to);

    assertThat(disk.exists(from)).isFalse();
    assertThat(read(to.resolve("file"))).isEqualTo("x");
    assertThatExceptionOfType(FileSystemException.class)
        .isThrownBy(() -> disk.rename(to, root.resolve("full")));
    assertThatExceptionOfType(FileSystemException.class)
        .isThrownBy(() -> disk.rename(to, to.resolve("below")));
  }

  @Test
  void linksShareTheirContent() throws IOException {
    Path other = root.resolve("other");
    write(file, "one");

    assertThat(disk.linkIfAbsent(file, other)).isTrue();
    assertThat(disk.linkIfAbsent(file, other)).isFalse();
    write(other, "two");

    assertThat(read(file)).isEqualTo("two");
    assertThat(disk.deleteIfExists(file)).isTrue();
    assertThat(read(other)).isEqualTo("two");
  }

  @Test
  void linksOnlyFilesThatExist() throws IOException {
    write(file, "x");

    assertThatExceptionOfType(NoSuchFileException.class)
        .isThrownBy(() -> disk.linkIfAbsent(root.resolve("missing"), root.resolve("name")));
    assertThatExceptionOfType(NoSuchFileException.class)
        .isThrownBy(() -> disk.linkIfAbsent(file, root.resolve("missing/name")));
    assertThatIOException().isThrownBy(() -> disk.linkIfAbsent(root, root.resolve("name")));
  }

  @Test
  void deletesFilesAndEmptyDirectories() throws IOException {
    Path directory = root.resolve("directory");
    disk.createDirectories(directory);
    write(directory.resolve("file"), "x");

    assertThatExceptionOfType(DirectoryNotEmptyException.class)
        .isThrownBy(() -> disk.deleteIfExists(directory));
    assertThat(disk.deleteIfExists(directory.resolve("file"))).isTrue();
    assertThat(disk.deleteIfExists(directory.resolve("file"))).isFalse();
    assertThat(disk.deleteIfExists(directory)).isTrue();
    assertThat(disk.deleteIfExists(directory.resolve("file"))).isFalse();
    assertThat(disk.exists(directory)).isFalse();
  }

  @Test
  void deletedFileLivesWhileItIsOpen() throws IOException {
    write(file, "kept");
    try (DiskFile open = disk.openForRead(file)) {
      disk.deleteIfExists(file);
      write(file, "other");

      assertThat(text(open)).isEqualTo("kept");
    }
    assertThat(read(file)).isEqualTo("other");
  }

  @Test
  void renamedFileStaysOpen() throws IOException {
    try (DiskFile open = disk.create(file)) {
      disk.rename(file, root.resolve("other"));
      open.write(0, bytes("late"), 0, 4);
    }
    assertThat(read(root.resolve("other"))).isEqualTo("late");
  }

  // ---- files

  @Test
  void readsWhatWasWrittenAnywhere() throws IOException {
    SeededRandom random = new SeededRandom(11);
    byte[] expected = new byte[40_000];
    int size = 0;
    try (DiskFile open = disk.create(file)) {
      for (int i = 0; i < 300; i++) {
        byte[] piece = random.bytes(random.length(9_000));
        int position = random.nextInt(expected.length - piece.length);
        open.write(position, piece, 0, piece.length);
        System.arraycopy(piece, 0, expected, position, piece.length);
        size = piece.length == 0 ? size : Math.max(size, position + piece.length);
        if (random.oneIn(10)) {
          open.force();
        }
        if (random.oneIn(10)) {
          size = random.nextInt(size + 1);
          open.truncate(size);
          Arrays.fill(expected, size, expected.length, (byte) 0);
        }
        assertThat(open.size()).isEqualTo(size);
        byte[] found = new byte[expected.length];
        assertThat(open.read(0, found, 0, found.length)).isEqualTo(size);
        assertThat(found).isEqualTo(expected);
      }
    }
    assertThat(disk.size(file)).isEqualTo(size);
  }

  @Test
  void readsLessOnlyAtTheEnd() throws IOException {
    write(file, "abcdef");
    try (DiskFile open = disk.openForRead(file)) {
      byte[] dst = new byte[10];
      assertThat(open.read(2, dst, 1, 3)).isEqualTo(3);
      assertThat(dst).startsWith(0, 'c', 'd', 'e', 0);
      assertThat(open.read(4, dst, 0, 10)).isEqualTo(2);
      assertThat(open.read(6, dst, 0, 10)).isZero();
      assertThat(open.read(100, dst, 0, 10)).isZero();
      assertThat(open.read(0, dst, 0, 0)).isZero();
      assertThatExceptionOfType(EOFException.class).isThrownBy(() -> open.readFully(4, dst, 0, 3));
    }
  }

  @Test
  void refusesNonsense() throws IOException {
    write(file, "x");
    try (DiskFile open = disk.openForWrite(file)) {
      byte[] bytes = new byte[4];
      assertThatIOException().isThrownBy(() -> open.read(-1, bytes, 0, 1));
      assertThatIOException().isThrownBy(() -> open.write(-1, bytes, 0, 1));
      assertThatExceptionOfType(IndexOutOfBoundsException.class)
          .isThrownBy(() -> open.read(0, bytes, 2, 3));
      assertThatExceptionOfType(IndexOutOfBoundsException.class)
          .isThrownBy(() -> open.write(0, bytes, 2, 3));
    }
  }

  @Test
  void fileThatIsLongerThanItsBytesHasZeros() throws IOException {
    try (DiskFile open = disk.create(file)) {
      open.write(0, bytes("abc"), 0, 3);
      open.truncate(1);
      open.truncate(6_000);
      open.write(10_000, bytes("z"), 0, 1);

      byte[] found = new byte[10_001];
      open.readFully(0, found, 0, found.length);
      byte[] expected = new byte[10_001];
      expected[0] = 'a';
      expected[10_000] = 'z';
      assertThat(found).isEqualTo(expected);
    }
  }

  @Test
  void fileForReadingCannotBeChanged() throws IOException {
    write(file, "x");
    try (DiskFile open = disk.openForRead(file)) {
      assertThatIOException().isThrownBy(() -> open.write(0, bytes("y"), 0, 1));
      assertThatIOException().isThrownBy(() -> open.truncate(0));
      open.force();
    }
    assertThat(read(file)).isEqualTo("x");
  }

  @Test
  void closedFileRefusesEverything() throws IOException {
    DiskFile open = disk.create(file);
    open.close();
    open.close();

    assertThatIOException().isThrownBy(() -> open.read(0, new byte[1], 0, 1));
    assertThatIOException().isThrownBy(() -> open.write(0, new byte[1], 0, 1));
    assertThatIOException().isThrownBy(open::size);
    assertThatIOException().isThrownBy(open::force);
    assertThatIOException().isThrownBy(() -> open.truncate(0));
  }

  // ---- mappings

  @Test
  void mappingAndFileSeeEachOther() throws IOException {
    try (DiskFile open = disk.create(file)) {
      open.write(0, new byte[10_000], 0, 10_000);
      open.write(5_000, bytes("before"), 0, 6);
      try (MappedFile mapping = disk.map(file, 9_000)) {
        ByteBuffer buffer = mapping.buffer();
        assertThat(buffer.capacity()).isEqualTo(9_000);
        assertThat(buffer.isDirect()).isTrue();
        assertThat(buffer.order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
        assertThat(mapping.buffer()).isSameAs(buffer);
        assertThat(text(buffer, 5_000, 6)).isEqualTo("before");

        buffer.put(4_094, bytes("mapped"));
        assertThat(text(open, 4_094, 6)).isEqualTo("mapped");
        open.write(8_190, bytes("file"), 0, 4);
        assertThat(text(buffer, 8_190, 4)).isEqualTo("file");
        open.write(9_998, bytes("behind"), 0, 6);
        mapping.force(0, 9_000);
        mapping.force(4_000, 4_100);
      }
      assertThat(text(open, 4_094, 6)).isEqualTo("mapped");
      assertThat(text(open, 9_998, 6)).isEqualTo("behind");
      assertThat(open.size()).isEqualTo(10_004);
    }
  }

  @Test
  void twoMappingsOfAFileAreTheSameMemory() throws IOException {
    write(file, "0123456789");
    try (MappedFile one = disk.map(file, 10)) {
      MappedFile two = disk.map(file, 5);
      one.buffer().put(3, (byte) 'x');
      assertThat(text(two.buffer(), 0, 5)).isEqualTo("012x4");
      two.close();
      two.close();
      assertThat(text(one.buffer(), 0, 5)).isEqualTo("012x4");
    }
    assertThat(read(file)).isEqualTo("012x456789");
  }

  @Test
  void mappedMemoryTakesAtomicAccess() throws IOException {
    write(file, "0".repeat(64));
    try (MappedFile mapping = disk.map(file, 64)) {
      ByteBuffer buffer = mapping.buffer();
      LONGS.setVolatile(buffer, 8, 42L);
      assertThat(LONGS.compareAndSet(buffer, 8, 42L, 43L)).isTrue();
      INTS.setRelease(buffer, 20, 7);
      assertThat((long) LONGS.getAcquire(buffer, 8)).isEqualTo(43);
      assertThat(buffer.getInt(20)).isEqualTo(7);
    }
  }

  @Test
  void mapsNoMoreThanThereIs() throws IOException {
    write(file, "short");

    assertThatIOException().isThrownBy(() -> disk.map(file, 6));
    disk.map(file, 5).close();
  }

  @Test
  void forcesOnlyWhatIsMapped() throws IOException {
    write(file, "0123456789");
    MappedFile mapping = disk.map(file, 10);
    assertThatIOException().isThrownBy(() -> mapping.force(0, 11));
    assertThatIOException().isThrownBy(() -> mapping.force(-1, 5));
    assertThatIOException().isThrownBy(() -> mapping.force(5, 4));
    mapping.force(3, 3);
    mapping.close();
  }

  @Test
  void mappingOutlivesItsName() throws IOException {
    write(file, "0123456789");
    try (MappedFile mapping = disk.map(file, 10)) {
      disk.deleteIfExists(file);
      write(file, "other");
      mapping.buffer().put(0, (byte) 'x');
      mapping.force(0, 10);
      assertThat(text(mapping.buffer(), 0, 4)).isEqualTo("x123");
    }
    assertThat(read(file)).isEqualTo("other");
  }

  // ---- locks

  @Test
  void lockHasOneHolder() throws Exception {
    Optional<DiskLock> first = disk.tryLock(file);

    assertThat(first).isPresent();
    assertThat(disk.exists(file)).isTrue();
    assertThat(disk.tryLock(file)).isEmpty();
    first.get().close();
    first.get().close();
    Optional<DiskLock> second = disk.tryLock(file);
    assertThat(second).isPresent();
    second.get().close();
    assertThatExceptionOfType(NoSuchFileException.class)
        .isThrownBy(() -> disk.tryLock(root.resolve("missing/file")));
  }

  // ---- words

  private void write(Path path, String text) throws IOException {
    byte[] bytes = bytes(text);
    try (DiskFile out = disk.exists(path) ? disk.openForWrite(path) : disk.create(path)) {
      out.write(0, bytes, 0, bytes.length);
      out.truncate(bytes.length);
    }
  }

  private String read(Path path) throws IOException {
    try (DiskFile in = disk.openForRead(path)) {
      return text(in);
    }
  }

  private static String text(DiskFile in) throws IOException {
    return text(in, 0, (int) in.size());
  }

  private static String text(DiskFile in, long position, int length) throws IOException {
    byte[] bytes = new byte[length];
    in.readFully(position, bytes, 0, length);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static String text(ByteBuffer buffer, int position, int length) {
    byte[] bytes = new byte[length];
    buffer.get(position, bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
