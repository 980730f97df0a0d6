package io.bop.aof.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bop.aof.io.Disk;
import io.bop.aof.io.DiskFile;
import io.bop.aof.io.Host;
import io.bop.aof.io.NoSpaceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuotaDiskTest {

  private static final int QUOTA = 1000;

  @TempDir Path folder;
  private Disk disk;
  private Path small;

  @BeforeEach
  void makeDisk() throws IOException {
    small = Files.createDirectory(folder.resolve("small"));
    disk = new QuotaDisk(Host.system().disk(), small, QUOTA);
  }

  private void write(Path file, long position, int length) throws IOException {
    boolean there = disk.exists(file);
    try (DiskFile out = there ? disk.openForWrite(file) : disk.create(file)) {
      out.write(position, new byte[length], 0, length);
    }
  }

  @Test
  void refusesWhatIsBeyondTheQuotaAndWritesNothingOfIt() throws IOException {
    write(small.resolve("a"), 0, 600);
    assertThatThrownBy(() -> write(small.resolve("b"), 0, 401))
        .isInstanceOf(NoSpaceException.class)
        .hasMessageContaining("needed=401")
        .hasMessageContaining("free=400");
    assertThat(Files.size(small.resolve("b"))).isZero();
    write(small.resolve("b"), 0, 400);
  }

  @Test
  void letsFilesBeOverwrittenWhenNothingIsFree() throws IOException {
    write(small.resolve("a"), 0, QUOTA);
    write(small.resolve("a"), 0, QUOTA);
    assertThatThrownBy(() -> write(small.resolve("a"), QUOTA, 1))
        .isInstanceOf(NoSpaceException.class);
  }

  @Test
  void countsFilesOfOthersInAllFoldersAndTheirRemoval() throws IOException {
    Path deep = Files.createDirectories(small.resolve("x/y"));
    Files.write(deep.resolve("ballast"), new byte[900]);
    assertThat(disk.usableSpace(small)).isEqualTo(100);
    assertThatThrownBy(() -> write(small.resolve("a"), 0, 101))
        .isInstanceOf(NoSpaceException.class);
    Files.delete(deep.resolve("ballast"));
    Files.delete(deep);
    Files.delete(small.resolve("x"));
    write(small.resolve("a"), 0, QUOTA);
    assertThat(disk.usableSpace(small)).isZero();
  }

  @Test
  void givesBackWhatWasTruncatedOrDeleted() throws IOException {
    write(small.resolve("a"), 0, QUOTA);
    try (DiskFile file = disk.openForWrite(small.resolve("a"))) {
      file.truncate(300);
      file.write(300, new byte[100], 0, 100);
    }
    write(small.resolve("b"), 0, 600);
    disk.deleteIfExists(small.resolve("a"));
    write(small.resolve("c"), 0, 400);
  }

  @Test
  void leavesFilesElsewhereAlone() throws IOException {
    write(folder.resolve("large"), 0, 10 * QUOTA);
    assertThat(disk.usableSpace(folder)).isGreaterThan(QUOTA);
    write(small.resolve("a"), 0, QUOTA);
  }
}
