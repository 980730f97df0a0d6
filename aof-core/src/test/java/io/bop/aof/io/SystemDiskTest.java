package io.bop.aof.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bop.aof.io.Disk.DiskLock;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Calls that use a channel inside, on a thread that is interrupted. */
@Timeout(30)
class SystemDiskTest {

  @TempDir Path directory;

  private final Disk disk = Host.system().disk();

  @AfterEach
  void clearInterrupt() {
    Thread.interrupted();
  }

  @Test
  void anInterruptDoesNotKeepADirectoryFromBeingForced() throws IOException {
    Thread.currentThread().interrupt();
    disk.syncDirectory(directory);
    assertThat(Thread.currentThread().isInterrupted()).isTrue();
  }

  @Test
  void anInterruptDoesNotLoseAFailure() {
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> disk.syncDirectory(directory.resolve("absent")))
        .isInstanceOf(NoSuchFileException.class);
    assertThat(Thread.currentThread().isInterrupted()).isTrue();
  }

  @Test
  void anInterruptDoesNotKeepAFileFromBeingMapped() throws IOException {
    Path file = directory.resolve("file");
    try (DiskFile created = disk.create(file)) {
      created.write(0, new byte[4_096], 0, 4_096);
    }
    Thread.currentThread().interrupt();
    try (MappedFile mapped = disk.map(file, 4_096)) {
      mapped.buffer().putLong(0, 7);
      mapped.force(0, 4_096);
    }
    assertThat(Thread.currentThread().isInterrupted()).isTrue();
  }

  @Test
  void anInterruptNeitherKeepsALockFromBeingTakenNorFreesIt() throws IOException {
    Path file = directory.resolve("lock");
    Thread.currentThread().interrupt();
    Optional<DiskLock> lock = disk.tryLock(file);
    assertThat(lock).isPresent();
    assertThat(disk.tryLock(file)).isEmpty();
    lock.get().close();
    Optional<DiskLock> again = disk.tryLock(file);
    assertThat(again).isPresent();
    again.get().close();
  }

  @Test
  void forcesADirectoryFromManyThreads() throws Exception {
    Thread[] threads = new Thread[16];
    Throwable[] failures = new Throwable[threads.length];
    for (int i = 0; i < threads.length; i++) {
      int number = i;
      threads[i] =
          new Thread(
              () -> {
                try {
                  for (int n = 0; n < 20; n++) {
                    disk.syncDirectory(directory);
                  }
                } catch (IOException | RuntimeException e) {
                  failures[number] = e;
                }
              });
      threads[i].start();
      threads[i].interrupt();
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(failures).containsOnlyNulls();
  }
}
