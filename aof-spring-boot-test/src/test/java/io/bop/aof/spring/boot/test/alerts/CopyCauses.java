package io.bop.aof.spring.boot.test.alerts;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.bop.aof.AofException;
import io.bop.aof.AofStream;
import io.bop.aof.Tier;
import io.bop.aof.store.Engine;
import io.bop.aof.testkit.objectstore.Fault;
import io.bop.aof.testkit.objectstore.MemoryBucket;
import io.bop.aof.testkit.simulation.SimulatedDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** Copies of a segment that are damaged. */
final class CopyCauses {

  private static final int SIZE = 10_000;
  private static final int RECORDS = 900;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private CopyCauses() {}

  static List<Cause> all() {
    return List.of(new Unreadable(), new Missing());
  }

  /** With so many segments in Tier 2 that those tiers are left to the first one. */
  private static Machine newMachine(long tier1Bytes, Set<Tier> tiers) {
    Machine machine =
        new Machine(
            new MemoryBucket(),
            (on, events) ->
                Engine.open(
                    Machine.config(events)
                        .tier0(t -> t.withMaxBytes(4 * Machine.MIB))
                        .tier1(t -> t.withMaxBytes(tier1Bytes).withFrameCache(0))
                        .build(),
                    on.host(),
                    on.objects()));
    AofStream stream = machine.stream();
    Machine.append(stream, RECORDS, SIZE);
    Machine.archive(stream);
    await().atMost(PATIENCE).until(() -> Machine.firstSegment(stream).residency(), tiers::equals);
    return machine;
  }

  /** The last copy is an object, and it rots; then a backup of it is put back. */
  private static final class Unreadable extends MachineCause {

    private final String key;
    private final byte[] intact;

    Unreadable() {
      super(
          "unreadable",
          newMachine(2 * Machine.MIB, Set.of(Tier.TIER2)),
          "AofSegmentUnreadable",
          "AofCopyMissing");
      key = Objects.requireNonNull(Machine.firstSegment(machine().stream()).objectKey());
      intact = machine().bucket().content(key).orElseThrow();
    }

    @Override
    void happen() {
      byte[] rotten = intact.clone();
      for (int at = 0; at < rotten.length; at += 1_000) {
        rotten[at] ^= 4;
      }
      machine().bucket().replaceContent(key, rotten);
      assertThatThrownBy(() -> Machine.readFirst(machine().stream()))
          .isInstanceOf(AofException.class);
    }

    @Override
    void end() {
      machine().bucket().replaceContent(key, intact);
      machine().restart();
    }
  }

  /** A warm file rots while Tier 2, from where it is made again, does not answer. */
  private static final class Missing extends MachineCause {

    Missing() {
      super(
          "copy-missing",
          newMachine(64 * Machine.MIB, Set.of(Tier.TIER1, Tier.TIER2)),
          "AofCopyMissing");
    }

    @Override
    Set<String> companions() {
      return Set.of("AofBreakerOpen", "AofTier2Errors");
    }

    @Override
    void happen() throws IOException {
      machine().faults().down(Fault.UNREACHABLE);
      SimulatedDisk disk = machine().disk();
      Path warm =
          disk.files().stream()
              .filter(file -> file.startsWith(Machine.ROOT.resolve("tier1")))
              .filter(file -> file.toString().endsWith(".zst"))
              .min(Path::compareTo)
              .orElseThrow();
      byte[] bytes = disk.content(warm);
      for (int at = 0; at < bytes.length; at += 1_000) {
        bytes[at] ^= 4;
      }
      disk.replaceContent(warm, bytes);
      assertThatThrownBy(() -> Machine.readFirst(machine().stream()))
          .isInstanceOf(AofException.class);
    }

    @Override
    void end() {
      machine().faults().heal();
    }
  }
}
