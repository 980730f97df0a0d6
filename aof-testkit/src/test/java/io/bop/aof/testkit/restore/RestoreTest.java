package io.bop.aof.testkit.restore;

import static io.bop.aof.testkit.restore.BucketMachine.LONG_ENOUGH;
import static io.bop.aof.testkit.restore.BucketMachine.ROOT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bop.aof.AofConfig;
import io.bop.aof.AofException;
import io.bop.aof.AofReader;
import io.bop.aof.AofStore;
import io.bop.aof.AofStream;
import io.bop.aof.Cursor;
import io.bop.aof.NamedCursor;
import io.bop.aof.OffsetDivergedException;
import io.bop.aof.OffsetOutOfRangeException;
import io.bop.aof.ReadFrom;
import io.bop.aof.RestorePolicy;
import io.bop.aof.StaleWriterException;
import io.bop.aof.manifest.SharedSnapshots;
import io.bop.aof.testkit.objectstore.MemoryBucket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The machine is lost, the bucket is there. */
@Timeout(120)
class RestoreTest {

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
  void everyArchivedRecordIsThereAgainAndTheNumberingGoesOn() {
    AofStore store = lost.open();
    AofStream orders = lost.stream(store, "orders");
    AofStream audit = lost.stream(store, "audit");
    lost.append(orders, 300);
    lost.append(audit, 20);
    lost.archive(orders);
    lost.archive(audit);
    lost.append(orders, 310);

    BucketMachine next = machine(2);
    AofStore restored = next.restore();
    assertThat(restored.snapshot().recovery().restored()).isTrue();
    assertThat(restored.streamNames()).containsExactly("audit", "orders");
    AofStream again = next.stream(restored, "orders");
    assertThat(again.archivedOffset()).isEqualTo(300);
    assertThat(next.verify(again, 0, 0)).isEqualTo(300);
    assertThat(next.verify(next.stream(restored, "audit"), 0, 0)).isEqualTo(20);

    next.append(again, 450, 2);
    next.archive(again);
    assertThat(next.verify(again, 300, 2)).isEqualTo(450);
    next.crash(5);
    AofStore reopened = next.open();
    assertThat(next.verify(next.stream(reopened, "orders"), 300, 2)).isEqualTo(450);
  }

  @Test
  void whatWasTruncatedStaysSo() {
    AofStore store = lost.open();
    AofStream stream = lost.stream(store, "s");
    lost.append(stream, 400);
    lost.archive(stream);
    lost.call(
        () -> {
          stream.truncateBefore(150);
          return true;
        });
    long start = stream.startOffset();
    assertThat(start).isPositive();
    // A truncation alone costs no request: it travels with the next news.
    lost.append(stream, 420);
    lost.archive(stream);

    BucketMachine next = machine(2);
    AofStream again = next.stream(next.restore(), "s");
    assertThat(again.startOffset()).isEqualTo(start);
    assertThat(next.verify(again, start, 0)).isEqualTo(420);
    assertThatThrownBy(() -> next.call(() -> again.reader(ReadFrom.offset(0))))
        .isInstanceOf(OffsetOutOfRangeException.class);
  }

  @Test
  void readsNoMoreChunksThanThereAreBehindASnapshot() {
    AofStore store = lost.open();
    AofStream stream = lost.stream(store, "s");
    for (int n = 0; n < SharedSnapshots.EVERY + 5; n++) {
      lost.appendArchived(stream, 0);
      long handled = n;
      NamedCursor saved =
          lost.call(() -> store.cursors().save("early", "s", new Cursor(1, handled)));
      assertThat(saved.cursor().offset()).isEqualTo(handled);
    }
    lost.run(LONG_ENOUGH);
    assertThat(lost.call(() -> store.cursors().save("late", "s", new Cursor(1, 9)))).isNotNull();
    long snapshots =
        bucket.keys().stream().filter(key -> key.startsWith("manifest/snapshot-")).count();
    assertThat(snapshots).isEqualTo(1);

    BucketMachine next = machine(2);
    AofStore restored = next.restore();
    assertThat(next.verify(next.stream(restored, "s"), 0, 0)).isEqualTo(stream.archivedOffset());
    // A consumer may get records again that it had handled after the snapshot, and misses none.
    assertThat(restored.cursors().find("late", "s")).isEmpty();
    Cursor early = restored.cursors().find("early", "s").orElseThrow().cursor();
    assertThat(early.offset()).isBetween(SharedSnapshots.EVERY - 10L, SharedSnapshots.EVERY + 5L);
    next.crash(8);
    assertThat(next.open().cursors().find("early", "s").orElseThrow().cursor()).isEqualTo(early);
    long chunks =
        next.host().simulatedDisk().files().stream()
            .filter(file -> file.toString().endsWith(".mlog"))
            .count();
    assertThat(chunks).isLessThan(SharedSnapshots.EVERY);
  }

  @Test
  void aCrashAtAnyMomentOfARestoreLeavesOneThatCanBeBegunAgain() {
    int crashes = 0;
    // Each with a bucket of its own: a restore adds to the chain.
    while (crashesInTheMiddle(new MemoryBucket(), 1 + 5L * crashes)) {
      crashes++;
    }
    assertThat(crashes).isGreaterThan(10);
  }

  private boolean crashesInTheMiddle(MemoryBucket own, long operations) {
    try (BucketMachine first = new BucketMachine(99, own);
        BucketMachine next = new BucketMachine(100 + operations, own)) {
      AofStream stream = first.stream(first.open(), "s");
      first.append(stream, 120);
      first.archive(stream);
      next.host().endAfterOperations(operations);
      try {
        next.restore();
      } catch (RuntimeException | Error e) {
        assertThat(next.host().ended()).as("a restore failed without a crash: " + e).isTrue();
      }
      if (!next.host().ended()) {
        return false;
      }
      next.crash(operations);
      boolean mine = next.host().simulatedDisk().files().contains(ROOT.resolve("store.json"));
      AofStore again = mine ? next.open() : next.restore();
      assertThat(next.verify(next.stream(again, "s"), 0, 0)).isEqualTo(120);
      return true;
    }
  }

  @Test
  void aChainWithAHoleIsNotTakenForTheWholeHistory() {
    AofStream stream = lost.stream(lost.open(), "s");
    for (int n = 0; n < 4; n++) {
      lost.appendArchived(stream, 0);
    }
    String hole = "manifest/00000000000000000002.mlog";
    assertThat(bucket.lose(hole)).isTrue();
    assertThatThrownBy(() -> machine(2).restore())
        .isInstanceOf(AofException.class)
        .hasMessageContaining("chunk is missing")
        .hasMessageContaining(hole);
  }

  @Test
  void anOpenOfAnEmptyRootNamesWhatCanBeDone() {
    AofStore store = lost.open();
    String id = store.snapshot().storeId();
    BucketMachine next = machine(2);
    assertThatThrownBy(next::open)
        .isInstanceOf(AofException.class)
        .hasMessageContaining("itsStore=" + id)
        .hasMessageContaining("restore")
        .hasMessageContaining("follower");
    assertThat(next.restore().snapshot().storeId()).isEqualTo(id);
  }

  @Test
  void anOpenOfAnEmptyRootRestoresWhenThePolicySaysSo() {
    UnaryOperator<AofConfig.Builder> ifEmpty =
        builder -> builder.tier2(t -> t.withRestore(RestorePolicy.IF_EMPTY));
    BucketMachine first = new BucketMachine(3, bucket, ifEmpty);
    machines.add(first);
    AofStore created = first.open();
    AofStream stream = first.stream(created, "s");
    first.append(stream, 10);
    first.archive(stream);

    BucketMachine second = new BucketMachine(4, bucket, ifEmpty);
    machines.add(second);
    AofStore restored = second.open();
    assertThat(second.verify(second.stream(restored, "s"), 0, 0)).isEqualTo(10);
    second.crash(9);
    assertThat(second.open().snapshot().recovery().created()).isFalse();
  }

  @Test
  void refusesARootThatHoldsAStoreAndABucketThatHoldsNone() {
    assertThatThrownBy(lost::restore)
        .isInstanceOf(AofException.class)
        .hasMessageContaining("tier 2 holds no store");
    lost.open();
    lost.crash(7);
    assertThatThrownBy(lost::restore)
        .isInstanceOf(AofException.class)
        .hasMessageContaining("restore needs a root without a store");
  }

  @Test
  void aCursorNoticesThatItsRecordsWereReplaced() {
    AofStream stream = lost.stream(lost.open(), "s");
    lost.append(stream, 60);
    lost.archive(stream);
    lost.append(stream, 70);
    Cursor early = lost.call(() -> cursorAt(stream, 60));
    Cursor late = lost.call(() -> cursorAt(stream, 65));
    assertThat(Cursor.parse(late.toString())).isEqualTo(late);

    BucketMachine next = machine(2);
    AofStream again = next.stream(next.restore(), "s");
    next.append(again, 80, 2);
    assertThat(next.call(() -> again.reader(ReadFrom.cursor(early)).nextOffset())).isEqualTo(60);
    assertThatThrownBy(() -> next.call(() -> again.reader(ReadFrom.cursor(late))))
        .isInstanceOfSatisfying(
            OffsetDivergedException.class, e -> assertThat(e.from()).isEqualTo(60));
    Cursor own = next.call(() -> cursorAt(again, 70));
    next.crash(3);
    AofStream reopened = next.stream(next.open(), "s");
    assertThat(next.call(() -> reopened.reader(ReadFrom.cursor(own)).nextOffset())).isEqualTo(70);
  }

  private static Cursor cursorAt(AofStream stream, long offset) {
    try (AofReader reader = stream.reader(ReadFrom.offset(offset))) {
      return reader.cursor();
    }
  }

  @Test
  void onlyWhatWasTakenOverCanBeSalvaged() {
    AofStore store = lost.open();
    assertThatThrownBy(() -> lost.call(store::salvageable))
        .isInstanceOf(AofException.class)
        .hasMessageContaining("store was not taken over");
  }

  @Test
  void ofTwoWritersAndOneThatSleptExactlyOneGoesOn() {
    AofStore store = lost.open();
    AofStream stream = lost.stream(store, "s");
    lost.append(stream, 100);
    lost.archive(stream);

    BucketMachine second = machine(2);
    AofStream ofSecond = second.stream(second.restore(), "s");
    second.append(ofSecond, 130, 2);
    second.archive(ofSecond);

    BucketMachine third = machine(3);
    AofStream ofThird = third.stream(third.restore(), "s");
    third.append(ofThird, 150, 3);
    third.archive(ofThird);

    // The first one slept for hours; its next change of the bucket shuts it out, as the second's.
    lost.run(Duration.ofHours(3));
    assertThatThrownBy(() -> lost.appendArchived(stream, 1)).isInstanceOf(AofException.class);
    assertThatThrownBy(() -> second.appendArchived(ofSecond, 2)).isInstanceOf(AofException.class);
    assertThatThrownBy(() -> lost.append(stream, 102, 1)).isInstanceOf(StaleWriterException.class);
    assertThatThrownBy(() -> second.append(ofSecond, 132, 2))
        .isInstanceOf(StaleWriterException.class);
    third.appendArchived(ofThird, 3);
    assertThat(third.verify(ofThird, 130, 3)).isEqualTo(151);

    assertThat(lost.call(store::salvageable))
        .singleElement()
        .satisfies(
            r -> {
              assertThat(r.stream()).isEqualTo("s");
              assertThat(r.from()).isEqualTo(100);
              assertThat(r.to()).isEqualTo(101);
            });

    // Not after a restart either; what they hold can be read.
    lost.crash(11);
    AofStore fenced = lost.open();
    AofStream old = lost.stream(fenced, "s");
    assertThatThrownBy(() -> lost.append(old, 102, 1)).isInstanceOf(StaleWriterException.class);
    assertThat(lost.verify(old, 0, 100, 0)).isEqualTo(100);
  }
}
