package io.bop.aof.testkit.opentime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Copies of a store's directory, as a crash left it. */
final class StoreCopies {

  private StoreCopies() {}

  /**
   * Copies a directory. Files that are never changed in place, warm files and objects, get a second
   * name instead: a store of thousands of them is copied in no time.
   */
  static void copy(Path from, Path to) throws IOException {
    for (Path path : paths(from)) {
      Path relative = from.relativize(path);
      Path target = to.resolve(relative);
      if (Files.isDirectory(path)) {
        Files.createDirectories(target);
      } else if (relative.startsWith("tier1") || relative.startsWith("tier2")) {
        Files.createLink(target, path);
      } else {
        Files.copy(path, target);
      }
    }
  }

  /** Removes a directory with all that is in it. */
  static void delete(Path directory) throws IOException {
    List<Path> paths = paths(directory);
    for (Path path : paths.stream().sorted(Comparator.reverseOrder()).toList()) {
      Files.delete(path);
    }
  }

  private static List<Path> paths(Path directory) throws IOException {
    try (Stream<Path> paths = Files.walk(directory)) {
      return paths.toList();
    }
  }
}
