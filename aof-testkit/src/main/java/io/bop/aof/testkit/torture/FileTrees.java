package io.bop.aof.testkit.torture;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/** Directories with all that is in them, also while a process changes them. */
final class FileTrees {

  private FileTrees() {}

  /** Bytes of all files in it. */
  static long size(Path tree) throws IOException {
    long[] size = {0};
    walk(
        tree,
        (path, isDirectory) -> {
          if (!isDirectory && Files.exists(path)) {
            size[0] += Files.size(path);
          }
        });
    return size[0];
  }

  /** Removes it. Does nothing when it does not exist. */
  static void delete(Path tree) throws IOException {
    if (Files.exists(tree)) {
      walk(tree, (path, isDirectory) -> Files.deleteIfExists(path));
    }
  }

  /** Copies it; {@code to} must not exist. */
  static void copy(Path tree, Path to) throws IOException {
    walk(
        tree,
        (path, isDirectory) -> {
          Path copy = to.resolve(tree.relativize(path).toString());
          Path folder = isDirectory ? copy : copy.getParent();
          if (folder != null) {
            Files.createDirectories(folder);
          }
          if (!isDirectory) {
            Files.copy(path, copy);
          }
        });
  }

  private interface Visit {
    void visit(Path path, boolean isDirectory) throws IOException;
  }

  /* Children before their directory; what vanishes meanwhile is not missed. */
  private static void walk(Path tree, Visit visit) throws IOException {
    Files.walkFileTree(
        tree,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            visit.visit(file, false);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            if (Files.exists(file)) {
              throw e;
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException e)
              throws IOException {
            visit.visit(directory, true);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
