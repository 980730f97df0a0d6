package io.bop.aof.testkit.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.bop.aof.AofFollower;
import io.bop.aof.AofStream;
import io.bop.aof.EngineListener;
import io.bop.aof.RequestKind;
import io.bop.aof.format.ObjectKeys;
import io.bop.aof.objectstore.ObjectBody;
import io.bop.aof.testkit.objectstore.MemoryBucket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A chunk of the chain in the bucket is lost, and later ones are there. */
@Timeout(120)
class TornChainTest {

  private static final Duration POLL = Duration.ofSeconds(2);

  private final MemoryBucket bucket = new MemoryBucket();
  private final List<String> told = new ArrayList<>();
  private final EngineListener listener =
      new EngineListener() {
        @Override
        public void failed(String stream, long segment, String operation, Throwable failure) {
          told.add(operation + ": " + failure.getMessage());
        }
      };
  private final BucketMachine writing = new BucketMachine(1, bucket);
  private final BucketMachine reading =
      new BucketMachine(
          2, bucket, b -> b.follower(f -> f.withPollInterval(POLL)).listener(listener));

  @AfterEach
  void release() {
    writing.close();
    reading.close();
  }

  private AofStream written() {
    AofStream stream = writing.stream(writing.open(), "s");
    writing.append(stream, 10);
    writing.archive(stream);
    return stream;
  }

  /** Archives in rounds; the first chunks of them are taken away before anybody looks. */
  private Map<String, byte[]> archiveAndLose(AofStream stream, int rounds, int lost) {
    List<String> before = chunks();
    for (int round = 0; round < rounds; round++) {
      writing.append(stream, stream.nextOffset() + 5);
      writing.archive(stream);
    }
    List<String> fresh = chunks().stream().filter(key -> !before.contains(key)).toList();
    Map<String, byte[]> taken = new TreeMap<>();
    for (String key : fresh.subList(0, lost)) {
      taken.put(key, bucket.content(key).orElseThrow());
      assertThat(bucket.lose(key)).isTrue();
    }
    return taken;
  }

  private void putBack(String key, byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, bytes.length);
    ObjectBody body = new ObjectBody.OfBytes(bytes, (int) crc.getValue());
    writing.call(() -> bucket.on(writing.host(), Duration.ZERO).putIfAbsent(key, body, Map.of()));
  }

  private List<String> chunks() {
    return bucket.keys().stream()
        .filter(key -> ObjectKeys.parseManifestChunk(key).isPresent())
        .toList();
  }

  private void waitForFailure(AofFollower follower, Duration atMost) {
    assertThat(reading.host().runUntil(() -> follower.status().failure() != null, atMost)).isTrue();
  }

  @Test
  void aFollowerSaysSoAndFollowsAgainWhenTheChunkIsPutBack() {
    AofStream stream = written();
    AofFollower follower = reading.openFollower();
    Map<String, byte[]> lost = archiveAndLose(stream, 3, 1);
    waitForFailure(follower, POLL.multipliedBy(12));

    String key = lost.keySet().iterator().next();
    assertThat(follower.status().failure()).contains(key).contains("action=put that object back");
    assertThat(follower.snapshot().manifest().failure()).isEqualTo(follower.status().failure());
    assertThat(told).hasSize(1).first().asString().startsWith("follow: ").contains(key);
    assertThat(reading.verify(reading.stream(follower, "s"), 0, 0)).isEqualTo(10);

    Duration lag = follower.status().lag();
    long heads = heads(follower);
    reading.run(Duration.ofMinutes(10));
    assertThat(follower.status().lag()).isGreaterThan(lag.plusMinutes(9));
    assertThat(heads(follower)).as("what is known is not asked again").isEqualTo(heads);
    assertThat(told).hasSize(1);

    lost.forEach(this::putBack);
    reading.run(Duration.ofMinutes(1));
    assertThat(follower.status().failure()).isNull();
    assertThat(follower.status().lag()).isLessThan(Duration.ofMinutes(1));
    assertThat(reading.verify(reading.stream(follower, "s"), 0, 0)).isEqualTo(stream.nextOffset());
  }

  private static long heads(AofFollower follower) {
    return follower.snapshot().tier2().requests().get(RequestKind.HEAD).count();
  }

  @Test
  void aFollowerNoticesThatSeveralAreLost() {
    AofStream stream = written();
    AofFollower follower = reading.openFollower();
    archiveAndLose(stream, 14, 5);
    waitForFailure(follower, POLL.multipliedBy(100));
  }

  @Test
  void aFollowerThatIsOpenedThenSaysSoAtOnce() {
    AofStream stream = written();
    Map<String, byte[]> lost = archiveAndLose(stream, 14, 5);
    AofFollower follower = reading.openFollower();
    assertThat(follower.status().failure()).contains(lost.keySet().iterator().next());
    assertThat(reading.verify(reading.stream(follower, "s"), 0, 0)).isEqualTo(10);

    lost.forEach(this::putBack);
    reading.run(Duration.ofMinutes(1));
    assertThat(follower.status().failure()).isNull();
    assertThat(reading.verify(reading.stream(follower, "s"), 0, 0)).isEqualTo(stream.nextOffset());
  }

  @Test
  void saysOfEachLostChunkThatItIsMissing() {
    AofStream stream = written();
    AofFollower follower = reading.openFollower();
    Map<String, byte[]> lost = archiveAndLose(stream, 6, 2);
    waitForFailure(follower, POLL.multipliedBy(60));
    List<String> keys = List.copyOf(lost.keySet());
    putBack(keys.get(0), lost.get(keys.get(0)));
    reading.run(POLL.multipliedBy(3));
    assertThat(follower.status().failure()).contains(keys.get(1));
    assertThat(told).hasSize(2);
  }

  @Test
  void aWriterThatIsOnlyQuietIsNoFailure() {
    written();
    AofFollower follower = reading.openFollower();
    reading.run(Duration.ofHours(6));
    assertThat(follower.status().failure()).isNull();
    assertThat(follower.status().lag()).isLessThan(Duration.ofMinutes(1));
  }
}
