package io.bop.aof.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.bop.aof.EngineListener;
import io.bop.aof.io.DiskRoom;
import io.bop.aof.io.Time;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RoomEventsTest {

  private static final Path SLOTS = Path.of("tier0");

  private final List<String> told = new ArrayList<>();
  private long nanos = 1;
  private final RoomEvents events =
      new RoomEvents(
          new EngineListener() {
            @Override
            public void storageFull(String path, long neededBytes, long freeBytes) {
              told.add("full " + path + " " + neededBytes + " " + freeBytes);
            }

            @Override
            public void storageAvailable(String path) {
              told.add("available " + path);
              throw new IllegalStateException("a listener that fails");
            }
          },
          new Time() {
            @Override
            public long wallMicros() {
              throw new AssertionError("somebody may set it");
            }

            @Override
            public long nanoTime() {
              return nanos;
            }
          });

  private void pass(Duration time) {
    nanos += time.toNanos();
  }

  @Test
  void logsAPlaceAtMostOnceAMinute() {
    assertThat(events.isDue(SLOTS)).isTrue();
    for (int i = 0; i < 59; i++) {
      pass(Duration.ofSeconds(1));
      assertThat(events.isDue(SLOTS)).isFalse();
    }
    assertThat(events.isDue(Path.of("tier1"))).isTrue();
    pass(Duration.ofSeconds(1));
    assertThat(events.isDue(SLOTS)).isTrue();
    assertThat(events.isDue(SLOTS)).isFalse();
  }

  @Test
  void tellsTheListenerOfEveryChange() {
    for (int i = 0; i < 2; i++) {
      events.full(new DiskRoom.Full(SLOTS, 10, 5));
      events.available(SLOTS);
    }
    assertThat(told)
        .containsExactly(
            "full tier0 10 5", "available tier0", "full tier0 10 5", "available tier0");
  }
}
