package io.bop.aof.recovery;

import io.bop.aof.StaleWriterException;
import io.bop.aof.io.Disk;
import io.bop.aof.io.DiskFile;
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
    try (DiskFile out = disk.create(file)) {
      out.write(0, text, 0, text.length);
      out.force();
    }
    disk.syncDirectory(root);
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

  /* The note counts even when a crash has left it empty. */
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
