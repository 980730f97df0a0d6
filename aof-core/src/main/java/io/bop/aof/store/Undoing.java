package io.bop.aof.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What an open has begun, to be undone in reverse order when it fails. */
final class Undoing {

  private static final Logger log = LoggerFactory.getLogger(Undoing.class);

  private final Path root;
  private final Deque<Closeable> steps = new ArrayDeque<>();

  Undoing(Path root) {
    this.root = root;
  }

  void push(Closeable step) {
    steps.push(step);
  }

  void run() {
    while (!steps.isEmpty()) {
      try {
        steps.pop().close();
      } catch (IOException | RuntimeException e) {
        log.warn("an open that failed could not be undone completely: root={}", root, e);
      }
    }
  }
}
