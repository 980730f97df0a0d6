package io.bop.aof.tier0;

import static org.assertj.core.api.Assertions.assertThat;

import io.bop.aof.io.Host;
import io.bop.aof.segment.Slot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class SlotPoolTest {

  private static final long SIZE = SizeClass.SMALL.bytes();

  @TempDir Path directory;

  private SlotPool pool;

  @BeforeEach
  void poolOfTwoSlots() {
    SlotPool.Options options = new SlotPool.Options(directory, new UUID(1, 2), 2 * SIZE, 0, 0);
    pool = new SlotPool(Host.system(), options);
  }

  @AfterEach
  void close() {
    pool.close(Duration.ofSeconds(20));
  }

  private Slot slot(long number) throws IOException {
    Path file = directory.resolve(String.format(Locale.ROOT, "%010d.seg", number));
    Files.write(file, new byte[(int) SIZE]);
    return new Slot(number, file, SIZE);
  }

  @Test
  void comesBackToItsBudgetWhenAnEarlierProcessHadToExceedIt() throws IOException {
    List<Slot> found = new ArrayList<>();
    for (long number = 0; number < 3; number++) {
      found.add(slot(number));
      pool.adoptInUse(found.get((int) number));
    }
    pool.trim();
    assertThat(pool.allocatedBytes()).isEqualTo(3 * SIZE);

    pool.release(found.get(0));
    pool.tryTake(SizeClass.SMALL);

    Awaitility.await("the slot that is one too many is removed, not used again")
        .atMost(30, TimeUnit.SECONDS)
        .until(() -> !Files.exists(found.get(0).file()));
    assertThat(pool.allocatedBytes()).isEqualTo(2 * SIZE);
  }
}
