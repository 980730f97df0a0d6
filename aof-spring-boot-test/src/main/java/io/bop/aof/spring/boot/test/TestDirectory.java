package io.bop.aof.spring.boot.test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.springframework.util.FileSystemUtils;

/**
 * A directory that lives as long as a context.
 *
 * @param path where it is
 */
record TestDirectory(Path path) {

  static TestDirectory create() {
    try {
      return new TestDirectory(Files.createTempDirectory("aof-test"));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make a temporary directory for a test", e);
    }
  }

  /** With all that is in it. */
  void delete() {
    try {
      FileSystemUtils.deleteRecursively(path);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete the directory of a test: path=" + path, e);
    }
  }
}
