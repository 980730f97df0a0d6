package io.bop.aof.zstd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.lang.ref.Cleaner.Cleanable;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class NativeMemoryTest {

  private final AtomicInteger released = new AtomicInteger();

  @Test
  void givesBackOnceHoweverOftenTheOwnerIsClosed() {
    Object owner = new Object();
    Cleanable memory = NativeMemory.of(owner, released::incrementAndGet);
    memory.clean();
    memory.clean();
    assertThat(released).hasValue(1);
  }

  @Test
  void givesBackWhatItsOwnerLeftWhenForgotten() {
    NativeMemory.of(new Object(), released::incrementAndGet);
    await()
        .untilAsserted(
            () -> {
              System.gc();
              assertThat(released).hasValue(1);
            });
  }
}
