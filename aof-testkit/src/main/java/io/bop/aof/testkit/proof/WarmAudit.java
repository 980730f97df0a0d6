package io.bop.aof.testkit.proof;

import io.bop.aof.format.MalformedException;
import io.bop.aof.testkit.simulation.SimulatedDisk;
import io.bop.aof.testkit.simulation.SimulatedHost;
import io.bop.aof.tier1.WarmFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * Looks at the files of Tier 1 while no process runs. One under its final name is complete, durable
 * and was verified, whatever ended the process, unless somebody has damaged it since.
 */
final class WarmAudit implements AutoCloseable {

  private final Path folder;
  private final Damage damage;
  private final WarmFiles reader;

  /* Checksums of files that were found intact. */
  private final Map<Path, Integer> intact = new HashMap<>();

  WarmAudit(Path root, Damage damage) {
    this.folder = root.resolve("tier1");
    this.damage = damage;
    this.reader = new WarmFiles(new SimulatedHost(0), folder);
  }

  /** Checks what is new. */
  void check(SimulatedDisk disk) {
    for (Path file : disk.files()) {
      if (Damage.isWarm(folder, file)) {
        check(disk, file);
      }
    }
  }

  private void check(SimulatedDisk disk, Path file) {
    try {
      byte[] bytes = disk.content(file);
      int crc = crc32c(bytes);
      Integer before = intact.put(file, crc);
      if ((before == null || before != crc) && !damage.isStruck(file, crc)) {
        verify(file, bytes);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void verify(Path file, byte[] bytes) throws IOException {
    long stream = Damage.number(Damage.folderOf(file));
    long segment = Damage.number(file);
    String wrong = null;
    try {
      WarmFiles.Content found =
          reader.verify(
              stream,
              segment,
              bytes.length,
              (position, dst, offset, length) -> copy(bytes, position, dst, offset, length));
      if (found.footer().segmentId() != segment || found.file().crc32c() != crc32c(bytes)) {
        wrong = "of another segment";
      }
    } catch (MalformedException e) {
      wrong = e.getMessage();
    }
    if (wrong != null) {
      throw new AssertionError("a warm file is not intact: file=" + file + " reason=" + wrong);
    }
  }

  private static void copy(byte[] bytes, long position, byte[] dst, int offset, int length) {
    if (position < 0 || position + length > bytes.length) {
      throw new MalformedException(position, "file ends early");
    }
    System.arraycopy(bytes, (int) position, dst, offset, length);
  }

  static int crc32c(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, bytes.length);
    return (int) crc.getValue();
  }

  @Override
  public void close() {
    reader.close();
  }
}
