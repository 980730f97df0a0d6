package io.bop.aof.testkit.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bop.aof.AofConfig;
import io.bop.aof.AofException;
import io.bop.aof.AofFollower;
import io.bop.aof.AofReader;
import io.bop.aof.AofRecord;
import io.bop.aof.AofStore;
import io.bop.aof.AofStream;
import io.bop.aof.AppendRequest;
import io.bop.aof.BreakerState;
import io.bop.aof.Cursor;
import io.bop.aof.NamedCursor;
import io.bop.aof.ReadFrom;
import io.bop.aof.ReadOnlyStoreException;
import io.bop.aof.RequestKind;
import io.bop.aof.StaleWriterException;
import io.bop.aof.Tier;
import io.bop.aof.format.ManifestChunkHeaderCodec;
import io.bop.aof.format.ObjectKeys;
import io.bop.aof.objectstore.ObjectStoreException.Reason;
import io.bop.aof.testkit.objectstore.Fault;
import io.bop.aof.testkit.objectstore.MemoryBucket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A store on one machine, and who reads it on another. */
@Timeout(120)
class FollowerTest {

  private static final Duration POLL = Duration.ofSeconds(2);
  private static final Duration SOON = Duration.ofMinutes(1);
  private static final Path CURSORS = BucketMachine.ROOT.resolve("cursors");

  private final MemoryBucket bucket = new MemoryBucket();
  private final List<BucketMachine> machines = new ArrayList<>();
  private final BucketMachine writing = machine(1, builder -> builder);
  private final BucketMachine reading =
      machine(2, builder -> builder.follower(f -> f.withPollInterval(POLL)));

  private BucketMachine machine(long seed, UnaryOperator<AofConfig.Builder> settings) {
    BucketMachine machine = new BucketMachine(seed, bucket, settings);
    machines.add(machine);
    return machine;
  }

  @AfterEach
  void release() {
    machines.forEach(BucketMachine::close);
  }

  private AofStream written(int records) {
    AofStream stream = writing.stream(writing.open(), "s");
    writing.append(stream, records);
    writing.archive(stream);
    return stream;
  }

  @Test
  void readsWhatIsArchivedAndSeesMoreAsItComes() {
    AofStream stream = written(250);
    AofFollower follower = reading.openFollower();
    assertThat(follower.streamNames()).containsExactly("s");
    AofStream followed = reading.stream(follower, "s");
    assertThat(reading.verify(followed, 0, 0)).isEqualTo(250);

    writing.append(stream, 400);
    assertThat(reading.verify(followed, 0, 0)).isEqualTo(250);
    writing.archive(stream);
    reading.run(SOON);
    assertThat(followed.nextOffset()).isEqualTo(400);
    assertThat(reading.verify(followed, 250, 0)).isEqualTo(400);
    assertThat(follower.status().lag()).isLessThan(SOON);
    assertThat(follower.snapshot().follower()).isNotNull();
  }

  @Test
  void placesInAStreamThatWasDeletedAreNotOfferedForTheNextOfThatName() {
    AofStore store = writing.open();
    AofStream stream = writing.stream(store, "s");
    writing.append(stream, 50);
    writing.archive(stream);
    AofFollower follower = reading.openFollower();
    NamedCursor saved =
        reading.call(() -> follower.cursors().save("consumer", "s", new Cursor(1, 20)));
    assertThat(follower.cursors().list()).containsExactly(saved);

    // Between two looks of the follower.
    writing.call(
        () -> {
          store.deleteStream("s");
          return true;
        });
    AofStream again = writing.stream(store, "s");
    writing.append(again, 10);
    writing.archive(again);
    reading.run(SOON);

    assertThat(reading.verify(reading.stream(follower, "s"), 0, 0)).isEqualTo(10);
    assertThat(follower.cursors().find("consumer", "s")).isEmpty();
    assertThat(follower.cursors().list()).isEmpty();
    assertThat(reading.call(() -> reading.host().disk().list(CURSORS))).isEmpty();
    NamedCursor other =
        reading.call(() -> follower.cursors().save("consumer", "s", new Cursor(1, 5)));
    assertThat(follower.cursors().list()).containsExactly(other);
  }

  @Test
  void aReaderThatWaitsAtTheTailIsWoken() {
    AofStream stream = written(10);
    AofFollower follower = reading.openFollower();
    AofStream followed = reading.stream(follower, "s");
    AtomicLong found = new AtomicLong(-1);
    reading
        .host()
        .start(
            "tail",
            () -> {
              try (AofReader reader = followed.reader(ReadFrom.latest())) {
                AofRecord record = reader.poll(Duration.ofMinutes(30));
                if (record != null) {
                  byte[] expected = BucketMachine.payload(record.offset(), 0);
                  found.set(Arrays.equals(record.payloadBytes(), expected) ? record.offset() : -2);
                }
              }
            });
    reading.run(SOON);
    assertThat(found).hasValue(-1);
    writing.append(stream, 12);
    writing.archive(stream);
    assertThat(reading.host().runUntil(() -> found.get() >= 0, SOON)).isTrue();
    assertThat(found).hasValue(10);
  }

  @Test
  void followsTruncationDeletionAndNewStreams() {
    AofStore store = writing.open();
    AofStream stream = writing.stream(store, "s");
    writing.append(stream, 300);
    writing.archive(stream);
    writing.archive(filled(store, "gone"));
    AofFollower follower = reading.openFollower();
    assertThat(follower.streamNames()).containsExactly("gone", "s");

    writing.call(
        () -> {
          stream.truncateBefore(200);
          store.deleteStream("gone");
          return true;
        });
    writing.archive(filled(store, "new"));
    writing.run(SOON);
    reading.run(SOON);
    assertThat(follower.streamNames()).containsExactly("new", "s");
    AofStream followed = reading.stream(follower, "s");
    assertThat(followed.startOffset()).isEqualTo(stream.startOffset()).isPositive();
    assertThat(reading.verify(followed, stream.startOffset(), 0)).isEqualTo(300);
  }

  private AofStream filled(AofStore store, String name) {
    AofStream stream = writing.stream(store, name);
    writing.append(stream, 5);
    return stream;
  }

  @Test
  void readsWhileTheWriterWritesSealsAndRetires() {
    AofStream stream = written(100);
    AofFollower follower = reading.openFollower();
    AofStream followed = reading.stream(follower, "s");
    long end = 100;
    for (int round = 1; round <= 8; round++) {
      end += 90;
      writing.append(stream, end);
      writing.archive(stream);
      if (round % 2 == 0) {
        long before = end - 150;
        writing.call(
            () -> {
              stream.truncateBefore(before);
              return true;
            });
        // The grace of an hour passes: what was retired is deleted now.
        writing.run(Duration.ofHours(2));
      }
      reading.run(SOON);
      assertThat(reading.verify(followed, followed.startOffset(), 0)).isEqualTo(end);
    }
    assertThat(followed.startOffset()).isPositive();
  }

  @Test
  void looksForNewsWithOneRequestAndNeverLists() {
    written(50);
    AofFollower follower = reading.openFollower();
    assertThat(requests(follower, RequestKind.LIST)).isZero();
    long gets = requests(follower, RequestKind.GET);
    long heads = requests(follower, RequestKind.HEAD);
    long polls = follower.status().polls();
    reading.run(Duration.ofMinutes(10));
    long looked = follower.status().polls() - polls;
    assertThat(looked).isBetween(290L, Duration.ofMinutes(10).dividedBy(POLL));
    assertThat(requests(follower, RequestKind.GET) - gets).isEqualTo(looked);
    // Whether the chain goes on behind a chunk that was lost.
    assertThat(requests(follower, RequestKind.HEAD) - heads).isBetween(1L, looked / 10);
    assertThat(requests(follower, RequestKind.PUT)).isZero();
    assertThat(requests(follower, RequestKind.LIST)).isZero();
  }

  private static long requests(AofFollower follower, RequestKind kind) {
    return follower.snapshot().tier2().requests().get(kind).count();
  }

  @Test
  void keepsWhatIsReadAgainWithinItsBudgetAndAfterARestart() {
    written(400);
    AofFollower follower = reading.openFollower();
    AofStream followed = reading.stream(follower, "s");
    for (int round = 0; round < 4; round++) {
      assertThat(reading.verify(followed, 0, 0)).isEqualTo(400);
      reading.run(SOON);
    }
    long kept = follower.snapshot().tiers().get(Tier.TIER1).segments();
    assertThat(kept).isPositive();
    reading.crash(8);
    AofFollower again = reading.openFollower();
    assertThat(again.snapshot().tiers().get(Tier.TIER1).segments()).isEqualTo(kept);
    assertThat(reading.verify(reading.stream(again, "s"), 0, 0)).isEqualTo(400);
  }

  @Test
  void changesNothing() {
    written(10);
    List<String> before = bucket.keys();
    AofFollower follower = reading.openFollower();
    AofStream followed = reading.stream(follower, "s");
    assertThatThrownBy(() -> followed.append(new byte[1]))
        .isInstanceOf(ReadOnlyStoreException.class)
        .hasMessageContaining("operation=append stream=s")
        .hasMessageContaining("action=");
    assertThatThrownBy(() -> followed.truncateBefore(1)).isInstanceOf(ReadOnlyStoreException.class);
    assertThatThrownBy(() -> follower.deleteStream("s")).isInstanceOf(ReadOnlyStoreException.class);
    assertThatThrownBy(() -> follower.stream("other")).isInstanceOf(ReadOnlyStoreException.class);
    assertThat(followed.appendAsync(AppendRequest.of(new byte[1]))).isCompletedExceptionally();
    reading.run(SOON);
    assertThat(bucket.keys()).isEqualTo(before);
  }

  @Test
  void aPromotedFollowerGoesOnAndTheWriterIsShutOut() {
    AofStream stream = written(200);
    AofFollower follower = reading.openFollower();
    AofStream followed = reading.stream(follower, "s");
    for (int round = 0; round < 4; round++) {
      assertThat(reading.verify(followed, 0, 0)).isEqualTo(200);
      reading.run(SOON);
    }
    AofStore store = reading.call(follower::promote);
    AofStream mine = reading.stream(store, "s");
    assertThat(store.snapshot().tiers().get(Tier.TIER1).segments()).isPositive();
    reading.append(mine, 260, 7);
    reading.archive(mine);
    assertThat(reading.verify(mine, 0, 200, 0)).isEqualTo(200);
    assertThat(reading.verify(mine, 200, 7)).isEqualTo(260);
    assertThatThrownBy(() -> writing.appendArchived(stream, 1)).isInstanceOf(AofException.class);
    assertThatThrownBy(() -> writing.append(stream, 203, 1))
        .isInstanceOf(StaleWriterException.class);
  }

  @Test
  void anOutageIsShownAndHeals() {
    AofStream stream = written(20);
    AofFollower follower = reading.openFollower();
    AofStream followed = reading.stream(follower, "s");
    reading.faults().down(new Fault.Fails(Reason.UNAVAILABLE));
    reading.run(Duration.ofMinutes(5));
    assertThat(follower.status().lastError()).isNotNull();
    assertThat(follower.status().lag()).isGreaterThan(Duration.ofMinutes(4));
    writing.append(stream, 30);
    writing.archive(stream);
    reading.faults().heal();
    assertThat(reading.host().runUntil(() -> followed.nextOffset() == 30, SOON)).isTrue();
    assertThat(reading.host().runUntil(() -> isHealed(follower), SOON)).isTrue();
    assertThat(reading.verify(followed, 0, 0)).isEqualTo(30);
  }

  /* A breaker that is half open lets only a few calls through. */
  private static boolean isHealed(AofFollower follower) {
    return follower.status().lastError() == null
        && follower.snapshot().tier2Reads() == BreakerState.CLOSED;
  }

  // ---- what cannot be followed

  @Test
  void saysThatAChunkIsDamagedAndFollowsAgainWhenItIsPutBackAndTheFollowerReopened() {
    AofStream stream = written(20);
    AofFollower follower = reading.openFollower();
    String key = nextChunk(stream, 30);
    byte[] intact = bucket.content(key).orElseThrow();
    bucket.replaceContent(key, Arrays.copyOf(intact, intact.length - 1));
    reading.run(SOON);
    assertThat(follower.status().failure()).contains("damaged").contains(key);
    assertThat(follower.snapshot().follower().failure()).isNotNull();
    assertThat(reading.verify(reading.stream(follower, "s"), 0, 0)).isEqualTo(20);

    bucket.replaceContent(key, intact);
    reading.crash(3);
    AofFollower again = reading.openFollower();
    assertThat(again.status().failure()).isNull();
    assertThat(reading.verify(reading.stream(again, "s"), 0, 0)).isEqualTo(30);
  }

  @Test
  void saysThatANewerVersionWritesTheStore() {
    AofStream stream = written(20);
    AofFollower follower = reading.openFollower();
    String key = nextChunk(stream, 30);
    byte[] chunk = bucket.content(key).orElseThrow();
    nextVersion(chunk);
    bucket.replaceContent(key, chunk);
    reading.run(SOON);
    assertThat(follower.status().failure()).contains("unsupported format").contains(key);
    long polls = follower.status().polls();
    reading.run(SOON);
    assertThat(follower.status().polls()).isEqualTo(polls);
    assertThat(reading.verify(reading.stream(follower, "s"), 0, 0)).isEqualTo(20);
  }

  /** Archives more; returns the first chunk of it. */
  private String nextChunk(AofStream stream, long records) {
    List<String> before = bucket.keys();
    writing.append(stream, records);
    writing.archive(stream);
    return bucket.keys().stream()
        .filter(key -> !before.contains(key) && ObjectKeys.parseManifestChunk(key).isPresent())
        .findFirst()
        .orElseThrow();
  }

  private static void nextVersion(byte[] chunk) {
    ByteBuffer header = ByteBuffer.wrap(chunk).order(ByteOrder.LITTLE_ENDIAN);
    int version = ManifestChunkHeaderCodec.MAGIC_AT + Long.BYTES;
    header.putInt(version, header.getInt(version) + 1);
    CRC32C crc = new CRC32C();
    crc.update(chunk, 0, ManifestChunkHeaderCodec.SIZE - Integer.BYTES);
    header.putInt(ManifestChunkHeaderCodec.SIZE - Integer.BYTES, (int) crc.getValue());
  }
}
