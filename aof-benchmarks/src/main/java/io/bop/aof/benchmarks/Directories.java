package io.bop.aof.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Folders that a measurement fills and removes. */
public final class Directories {

  private Directories() {}

  /** Creates a new, empty folder below {@code parent}, whose name begins with {@code name}. */
  public static Path fresh(Path parent, String name) throws IOException {
    Files.createDirectories(parent);
    return Files.createTempDirectory(parent, name.replace('/', '-') + "-");
  }

  /** Deletes the folder and all in it. */
  public static void delete(Path directory) throws IOException {
    List<Path> paths;
    try (Stream<Path> walk = Files.walk(directory)) {
      paths = walk.sorted(Comparator.reverseOrder()).toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    for (Path path : paths) {
      Files.deleteIfExists(path);
    }
  }
}
