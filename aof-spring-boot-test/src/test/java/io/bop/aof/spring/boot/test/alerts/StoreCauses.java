package io.bop.aof.spring.boot.test.alerts;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bop.aof.AofException;
import io.bop.aof.FlushFailedException;
import io.bop.aof.StorageFullException;
import io.bop.aof.store.Engine;
import io.bop.aof.testkit.objectstore.MemoryBucket;
import io.bop.aof.testkit.simulation.DiskOperation.Kind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A store that is closed, and disks that fail or are full. */
final class StoreCauses {

  private static final int SIZE = 10_000;

  private StoreCauses() {}

  static List<Cause> all() {
    return List.of(
        new Closed(), new FlushFailed(), new StreamFailed(), new ManifestFailed(), new Full());
  }

  private static Machine newMachine() {
    return newMachine(Duration.ofSeconds(5));
  }

  /** With a few records. */
  private static Machine newMachine(Duration appendTimeout) {
    Machine machine =
        new Machine(
            new MemoryBucket(),
            (on, events) ->
                Engine.open(
                    Machine.config(events).appendTimeout(appendTimeout).build(), on.host()));
    Machine.append(machine.stream(), 20, SIZE);
    return machine;
  }

  /** Somebody closes the store, and the application goes on. */
  private static final class Closed extends MachineCause {

    Closed() {
      super("closed", newMachine(), "AofStoreClosed");
    }

    @Override
    void happen() {
      machine().store().close();
    }

    @Override
    void end() {
      machine().restart();
    }
  }

  private static boolean isSlot(Path file) {
    return file.toString().endsWith(".seg");
  }

  /** The disk refuses once to make records durable; they are written anew elsewhere. */
  private static final class FlushFailed extends MachineCause {

    FlushFailed() {
      super("flush-failed", newMachine(), "AofFlushFailed");
    }

    @Override
    void happen() {
      machine().disk().faults().on(Kind.FORCE_MAPPED).where(StoreCauses::isSlot).fail();
      Machine.append(machine().stream(), 10, SIZE);
    }

    @Override
    void end() {
      Machine.append(machine().stream(), 10, SIZE);
    }
  }

  /** The disk refuses it elsewhere too. */
  private static final class StreamFailed extends MachineCause {

    StreamFailed() {
      super("stream-failed", newMachine(), "AofStreamFailed", "AofFlushFailed");
    }

    @Override
    void happen() {
      machine().disk().faults().on(Kind.FORCE_MAPPED).where(StoreCauses::isSlot).lasting().fail();
      assertThatThrownBy(() -> Machine.append(machine().stream(), 1, SIZE))
          .isInstanceOf(FlushFailedException.class);
    }

    @Override
    void end() {
      machine().restart();
      Machine.append(machine().stream(), 10, SIZE);
    }
  }

  private static boolean isChunk(Path file) {
    String name = file.toString();
    return name.endsWith(".mlog") || name.endsWith(".mlog.tmp");
  }

  /** The disk refuses to make the manifest durable, in a new file too. */
  private static final class ManifestFailed extends MachineCause {

    /* Who asks for a stream waits that long for the manifest. */
    private static final Duration IMPATIENT = Duration.ofMillis(500);

    ManifestFailed() {
      super("manifest-failed", newMachine(IMPATIENT), "AofManifestFailed");
    }

    @Override
    void happen() {
      machine().disk().faults().on(Kind.FORCE).where(StoreCauses::isChunk).lasting().fail();
      assertThatThrownBy(() -> machine().store().stream("other")).isInstanceOf(AofException.class);
    }

    @Override
    void end() {
      machine().restart();
      Machine.append(machine().store().stream("other"), 1, SIZE);
    }
  }

  /** Appends meet a full disk, until there is room. */
  private static final class Full extends MachineCause {

    private static final int MORE_THAN_FIT = 1_000;

    Full() {
      super("full", newMachine(), "AofStorageFull");
    }

    @Override
    void happen() {
      machine().disk().capacity(machine().disk().usedBytes() + 2 * Machine.MIB);
      assertThatThrownBy(() -> Machine.append(machine().stream(), MORE_THAN_FIT, SIZE))
          .isInstanceOf(StorageFullException.class);
    }

    @Override
    void end() {
      machine().disk().capacity(Long.MAX_VALUE);
    }
  }
}
