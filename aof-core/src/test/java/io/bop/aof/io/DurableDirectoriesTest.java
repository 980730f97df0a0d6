package io.bop.aof.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DurableDirectoriesTest {

  private static final Path TOP = Path.of("/").toAbsolutePath();
  private static final Path A = TOP.resolve("a");
  private static final Path B = A.resolve("b");
  private static final Path C = B.resolve("c");

  /** Notes what is done. */
  private static final class Recorded implements DurableDirectories.Names {
    final Set<Path> there = new HashSet<>(Set.of(TOP));
    final Set<Path> locked = new HashSet<>();
    final List<String> done = new ArrayList<>();
    boolean failing;

    @Override
    public boolean isDirectory(Path path) {
      return there.contains(path);
    }

    @Override
    public boolean isWritable(Path directory) {
      return !locked.contains(directory);
    }

    @Override
    public void makeDirectory(Path directory) {
      there.add(directory);
      done.add("make " + directory.getFileName());
    }

    @Override
    public void syncDirectory(Path directory) throws IOException {
      if (failing) {
        throw new IOException("the disk fails");
      }
      done.add("sync " + (directory.equals(TOP) ? "top" : directory.getFileName()));
    }
  }

  private final Recorded names = new Recorded();

  @Test
  void forcesEachNameBehindItsParents() throws IOException {
    new DurableDirectories(names).create(C);
    assertThat(names.done)
        .containsExactly("make a", "sync top", "make b", "sync a", "make c", "sync b");
  }

  @Test
  void forcesWhatAnEarlierProcessMadeAndMayNotHaveForced() throws IOException {
    names.there.addAll(Set.of(A, B));
    DurableDirectories directories = new DurableDirectories(names);
    directories.create(B);
    assertThat(names.done).containsExactly("sync top", "sync a");

    directories.create(B);
    directories.create(C);
    assertThat(names.done).containsExactly("sync top", "sync a", "make c", "sync b");
  }

  @Test
  void triesAgainAfterAForceThatFailed() throws IOException {
    names.there.add(A);
    DurableDirectories directories = new DurableDirectories(names);
    names.failing = true;
    assertThatIOException().isThrownBy(() -> directories.create(B));
    names.failing = false;
    directories.create(B);
    assertThat(names.done).containsExactly("sync top", "make b", "sync a");
  }

  @Test
  void forcesADirectoryAgainThatWasDeletedAndMade() throws IOException {
    DurableDirectories directories = new DurableDirectories(names);
    directories.create(A);
    directories.forget(A);
    directories.create(A);
    assertThat(names.done).containsExactly("make a", "sync top", "sync top");

    names.there.remove(A);
    directories.create(A);
    assertThat(names.done).endsWith("make a", "sync top").hasSize(5);
  }

  @Test
  void leavesAloneWhereItCanMakeNoNames() throws IOException {
    names.there.addAll(Set.of(A, B));
    names.locked.add(TOP);
    new DurableDirectories(names).create(B);
    assertThat(names.done).containsExactly("sync a");
  }
}
