package io.bop.aof.testkit.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bop.aof.AofReader;
import io.bop.aof.AofStream;
import io.bop.aof.Cursor;
import io.bop.aof.OffsetDivergedException;
import io.bop.aof.ReadFrom;
import io.bop.aof.format.ObjectKeys;
import io.bop.aof.manifest.ManifestDamagedException;
import io.bop.aof.recovery.Fence;
import io.bop.aof.testkit.objectstore.MemoryBucket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the bucket cannot tell the next writer, because the former one did not come to tell it. */
@Timeout(120)
class TakeoverTest {

  private final MemoryBucket bucket = new MemoryBucket();
  private final List<BucketMachine> machines = new ArrayList<>();
  private final BucketMachine lost = machine(1);

  private BucketMachine machine(long seed) {
    BucketMachine machine = new BucketMachine(seed, bucket);
    machines.add(machine);
    return machine;
  }

  @AfterEach
  void release() {
    machines.forEach(BucketMachine::close);
  }

  @Test
  void aCursorOfAnEpochThatTheBucketNeverHeardOfIsNoticed() {
    AofStream first = lost.stream(lost.open(), "s");
    lost.append(first, 60);
    lost.archive(first);
    // Only this machine knows of the epochs that begin here.
    lost.crash(3);
    lost.open();
    lost.crash(4);
    AofStream stream = lost.stream(lost.open(), "s");
    lost.append(stream, 70);
    Cursor late =
        lost.call(
            () -> {
              try (AofReader reader = stream.reader(ReadFrom.offset(65))) {
                return reader.cursor();
              }
            });

    BucketMachine next = machine(2);
    AofStream again = next.stream(next.restore(), "s");
    next.append(again, 80, 2);

    assertThatThrownBy(() -> next.call(() -> again.reader(ReadFrom.cursor(late))))
        .isInstanceOfSatisfying(
            OffsetDivergedException.class, e -> assertThat(e.from()).isEqualTo(60));
  }

  @Test
  void aNoteThatAStoreLeftWhichIsGoneDoesNotShutOutTheNextOne() {
    AofStream stream = lost.stream(lost.open(), "s");
    lost.append(stream, 10);
    lost.archive(stream);
    BucketMachine next = machine(2);
    next.call(
        () -> {
          next.host().disk().createDirectories(BucketMachine.ROOT);
          Fence.raise(next.host().disk(), BucketMachine.ROOT, 1, "manifest/left.mlog");
          return true;
        });

    AofStream again = next.stream(next.restore(), "s");
    next.append(again, 20, 2);
    next.archive(again);
    assertThat(next.verify(again, 10, 2)).isEqualTo(20);
  }

  @Test
  void aRestoreThatDiedBeforeItsLastStepIsEndedByTheNextOpen() {
    AofStream stream = lost.stream(lost.open(), "s");
    lost.append(stream, 10);
    lost.archive(stream);
    BucketMachine next = machine(2);
    next.restore();
    next.crash(5);
    Path marker = BucketMachine.ROOT.resolve("restore.marker");
    next.call(
        () -> {
          next.host().disk().create(marker).close();
          return true;
        });

    assertThat(next.verify(next.stream(next.open(), "s"), 0, 0)).isEqualTo(10);
    assertThat(next.host().simulatedDisk().files()).doesNotContain(marker);
  }

  @Test
  void aNewestChunkThatIsCutOffIsNotTakenForAShorterHistory() {
    AofStream stream = lost.stream(lost.open(), "s");
    for (int n = 0; n < 3; n++) {
      lost.appendArchived(stream, 0);
    }
    String newest =
        bucket.keys().stream()
            .filter(key -> ObjectKeys.parseManifestChunk(key).isPresent())
            .reduce("", (a, b) -> b);
    byte[] whole = bucket.content(newest).orElseThrow();
    for (int length : new int[] {0, 40, 64, 64 + 40, whole.length / 2, whole.length - 1}) {
      bucket.replaceContent(newest, Arrays.copyOf(whole, length));
      BucketMachine next = machine(10 + length);
      assertThatThrownBy(next::restore)
          .as("length=%s of=%s", length, whole.length)
          .isInstanceOf(ManifestDamagedException.class)
          .hasMessageContaining(newest);
    }
    bucket.replaceContent(newest, whole);
    BucketMachine next = machines.get(1);
    assertThat(next.verify(next.stream(next.restore(), "s"), 0, 0)).isEqualTo(3);
  }
}
