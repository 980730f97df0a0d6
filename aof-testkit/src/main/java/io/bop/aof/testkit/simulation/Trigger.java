package io.bop.aof.testkit.simulation;

import io.bop.aof.testkit.simulation.DiskOperation.Kind;
import java.nio.file.Path;
import java.util.Set;
import java.util.function.Predicate;

/** Which operations a fault happens to. */
record Trigger(Set<Kind> kinds, Predicate<Path> paths, Time time, boolean lasting) {

  /** Which of those that match. */
  sealed interface Time permits Nth, AfterBytes, Randomly {}

  /** The nth, counted from 1. */
  record Nth(long number) implements Time {}

  /** The first that goes beyond so many bytes. */
  record AfterBytes(long bytes) implements Time {}

  /** As chance has it. */
  record Randomly(long seed, double probability) implements Time {}

  /** The first of these kinds. */
  static Trigger of(Set<Kind> kinds) {
    return new Trigger(kinds, path -> true, new Nth(1), false);
  }

  Trigger withPaths(Predicate<Path> value) {
    return new Trigger(kinds, value, time, lasting);
  }

  Trigger withTime(Time value) {
    return new Trigger(kinds, paths, value, lasting);
  }

  Trigger thatLasts() {
    return new Trigger(kinds, paths, time, true);
  }

  boolean matches(DiskOperation operation) {
    if (!kinds.contains(operation.kind())) {
      return false;
    }
    Path target = operation.target();
    return paths.test(operation.path()) || target != null && paths.test(target);
  }
}
