package io.bop.aof.testkit.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.bop.aof.io.Disk.DiskLock;
import io.bop.aof.io.DiskFile;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What every disk does to directories, names and locks. */
@ParameterizedClass
@EnumSource
class DiskNamesContractTest extends DiskContract {

  DiskNamesContractTest(Kind kind) {
    super(kind);
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
}
