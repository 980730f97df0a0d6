package io.bop.aof.testkit.faults;

import static io.bop.aof.testkit.faults.SimulatedStore.ROOT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bop.aof.AofConfig;
import io.bop.aof.AofException;
import io.bop.aof.AofStore;
import io.bop.aof.Cursor;
import io.bop.aof.NamedCursor;
import io.bop.aof.Tier2Type;
import io.bop.aof.format.CursorSlotCodec;
import io.bop.aof.io.DiskFile;
import io.bop.aof.store.Engine;
import io.bop.aof.testkit.Property;
import io.bop.aof.testkit.SeededRandom;
import io.bop.aof.testkit.simulation.DiskOperation.Kind;
import io.bop.aof.testkit.simulation.ProcessEndedError;
import io.bop.aof.testkit.simulation.SimulatedDisk;
import io.bop.aof.testkit.simulation.SimulatedHost;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Places of consumers, a power failure or a kill at each operation, and forces that fail. */
@Timeout(120)
class CursorCrashTest {

  private static final AofConfig CONFIG =
      AofConfig.builder(ROOT)
          .maxRecordSize(256 * 1024)
          .reserveBytes(0)
          .tier2(t -> t.withType(Tier2Type.NONE))
          .build();

  private static AofStore open(SimulatedHost machine) {
    return machine.call(() -> Engine.open(CONFIG, machine));
  }

  @Test
  void whatWasSavedSurvivesWhateverOperationIsTheLastOne() {
    for (boolean power : new boolean[] {true, false}) {
      long operations = 0;
      while (endsAfter(operations, power)) {
        operations++;
      }
      assertThat(operations).isGreaterThan(10);
    }
  }

  /* Whether the process ended before it had saved all. */
  private static boolean endsAfter(long operations, boolean power) {
    SimulatedHost first = new SimulatedHost(operations);
    SimulatedHost next = first;
    long[] saved = {0};
    boolean ended = false;
    try {
      AofStore store = open(first);
      first.call(() -> store.stream("s"));
      first.endAfterOperations(operations);
      try {
        for (long offset = 1; offset <= 4; offset++) {
          save(first, store, offset);
          saved[0] = offset;
        }
      } catch (ProcessEndedError e) {
        ended = true;
      }
      next = power ? first.crash(operations) : first.kill(operations);
      for (int open = 0; open < 2; open++) {
        AofStore again = open(next);
        long found = found(again);
        assertThat(found)
            .as("after operation %s power=%s open=%s", operations, power, open)
            .isBetween(saved[0], saved[0] + 1);
        // What a kill left in the page cache alone may go once more: it was never promised. What is
        // saved on top of it is, and so the name of its file must be made durable first.
        if (open == 0) {
          saved[0] = 9;
          save(next, again, 9);
        }
        next = next.crash(operations + 1);
      }
      return ended;
    } finally {
      next.release();
    }
  }

  private static void save(SimulatedHost machine, AofStore store, long offset) {
    NamedCursor done = machine.call(() -> store.cursors().save("c", "s", new Cursor(1, offset)));
    assertThat(done.cursor().offset()).isEqualTo(offset);
  }

  private static long found(AofStore store) {
    Optional<NamedCursor> found = store.cursors().find("c", "s");
    return found.map(c -> c.cursor().offset()).orElse(0L);
  }

  @Test
  void aFailedForceIsToldAndTheNextSaveGoesToAnotherFile() {
    Property.forAll("cursors survive failed forces", 30, CursorCrashTest::failAtRandom);
  }

  private static void failAtRandom(SeededRandom random) {
    SimulatedHost first = new SimulatedHost(random.anyLong());
    SimulatedHost next = first;
    try {
      AofStore store = open(first);
      first.call(() -> store.stream("s"));
      long saved = 0;
      long tried = 0;
      int failing = random.nextInt(4);
      for (long offset = 1; offset <= 5; offset++) {
        tried = offset;
        if (offset == failing + 1) {
          long refused = offset;
          first.simulatedDisk().faults().on(Kind.FORCE).where(CursorCrashTest::isCursor).fail();
          assertThatThrownBy(() -> save(first, store, refused))
              .isInstanceOf(AofException.class)
              .hasMessageContaining("cursor could not be saved: consumer=c stream=s");
          assertThat(found(store)).isEqualTo(saved);
          if (random.oneIn(3)) {
            break;
          }
        } else {
          save(first, store, offset);
          if (saved == offset - 2) {
            assertThat(first.<Boolean>call(() -> isNewFile(first)))
                .as("a file whose force failed is not forced again")
                .isTrue();
          }
          saved = offset;
        }
      }
      next = first.crash(random.anyLong());
      assertThat(found(open(next))).isBetween(saved, tried);
    } finally {
      next.release();
    }
  }

  /* A new file has one place; the other slot of one that was written before is never empty. */
  private static boolean isNewFile(SimulatedHost machine) throws IOException {
    SimulatedDisk disk = machine.simulatedDisk();
    Path file = disk.files().stream().filter(CursorCrashTest::isCursor).findFirst().orElseThrow();
    byte[] second = new byte[CursorSlotCodec.SIZE];
    try (DiskFile in = disk.openForRead(file)) {
      in.readFully(CursorSlotCodec.SIZE, second, 0, second.length);
    }
    return Arrays.equals(second, new byte[second.length]);
  }

  private static boolean isCursor(Path path) {
    return String.valueOf(path.getParent().getFileName()).equals("cursors");
  }
}
