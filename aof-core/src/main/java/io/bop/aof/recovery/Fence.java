package io.bop.aof.recovery;

import io.bop.aof.StaleWriterException;
import io.bop.aof.io.Disk;
import io.bop.aof.io.DiskFile;
import io.bop.aof.manifest.ManifestFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The note in a root that another writer has taken its store over: from then on the root is only
 * read. Text, for people too.
 */
public final class Fence {

  private static final String FILE = "fenced";
  private static final int MOST_READ = 4096;

  private Fence() {}

  /** Writes the note, durably. */
  public static void raise(Disk disk, Path root, long epoch, String owner) throws IOException {
    Path file = root.resolve(FILE);
    if (disk.exists(file)) {
      return;
    }
    byte[] text = ("epoch=" + epoch + "\nowner=" + owner + "\n").getBytes(StandardCharsets.UTF_8);
    // Whole or not at all: an open without a note meets the other's chunk again, an empty note
    // could not say any more at which chunk this root was shut out.
    ManifestFiles.install(disk, file, text);
  }

  /** The root gets a store that was not shut out: a note that was left there is of another one. */
  public static void lower(Disk disk, Path root) throws IOException {
    if (disk.deleteIfExists(root.resolve(FILE))) {
      disk.syncDirectory(root);
    }
  }

  /** What the note says; empty: the root may be written. */
  public static Optional<StaleWriterException> read(Disk disk, Path root) throws IOException {
    Path file = root.resolve(FILE);
    if (!disk.exists(file)) {
      return Optional.empty();
    }
    try (DiskFile in = disk.openForRead(file)) {
      byte[] bytes = new byte[MOST_READ];
      int length = in.read(0, bytes, 0, bytes.length);
      String text = new String(bytes, 0, Math.max(0, length), StandardCharsets.UTF_8);
      return Optional.of(
          new StaleWriterException(epoch(text), value(text, "owner", "unknown"), null));
    }
  }

  /* The note counts even when it is damaged. */
  private static long epoch(String text) {
    try {
      return Long.parseLong(value(text, "epoch", "0"));
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  private static String value(String text, String name, String otherwise) {
    return text.lines()
        .filter(line -> line.startsWith(name + "="))
        .map(line -> line.substring(name.length() + 1))
        .findFirst()
        .orElse(otherwise);
  }
}
