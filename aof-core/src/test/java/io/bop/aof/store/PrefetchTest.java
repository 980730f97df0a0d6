package io.bop.aof.store;

import static io.bop.aof.store.StressFixture.MIB;
import static io.bop.aof.store.StressFixture.config;
import static io.bop.aof.store.StressFixture.files;
import static io.bop.aof.store.StressFixture.memory;
import static io.bop.aof.store.StressFixture.payload;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.bop.aof.AofConfig;
import io.bop.aof.AofStore;
import io.bop.aof.AofStream;
import io.bop.aof.StreamSnapshot.Segment;
import io.bop.aof.Tier;
import io.bop.aof.VerifyReport;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What an operator asks of a range: to have it near, and to know that it is whole. */
@Timeout(60)
class PrefetchTest {

  @TempDir Path root;

  /* Random payloads, so that segments are as large in Tier 1 as in Tier 0. */
  private static void fill(AofStream stream, int segments) {
    for (long n = 0; n < segments * 1_000L; n++) {
      stream.append(memory(payload(0, n, 1_000)));
    }
    stream.seal();
    StressFixture.awaitUploaded(stream);
  }

  private static AofConfig small(Path root) {
    return config(root)
        .tier0(t -> t.withMaxBytes(4 * MIB).withEvictAt(0.1).withUrgentAt(0.1))
        .tier1(t -> t.withMaxBytes(4 * MIB))
        .build();
  }

  private static List<Segment> cold(AofStream stream) {
    return stream.snapshot().segments().stream()
        .filter(segment -> segment.residency().equals(Set.of(Tier.TIER2)))
        .toList();
  }

  @Test
  void bringsTheSegmentsOfARangeBack() {
    try (AofStore store = AofStore.open(small(root))) {
      AofStream stream = store.stream("s");
      fill(stream, 12);
      Awaitility.await().until(() -> cold(stream).size() >= 4);
      Segment first = cold(stream).get(0);
      Segment second = cold(stream).get(1);

      assertThat(stream.prefetch(first.nextOffset() - 1, second.baseOffset() + 1)).isEqualTo(2);
      Awaitility.await("both are near")
          .atMost(30, TimeUnit.SECONDS)
          .until(() -> cold(stream).stream().noneMatch(s -> s.id() <= second.id()));
      assertThat(store.snapshot().hydrationQueue()).isZero();
      assertThat(stream.prefetch(first.baseOffset(), second.nextOffset())).isZero();
    }
  }

  @Test
  void refusesMoreThanTier1Holds() {
    try (AofStore store = AofStore.open(small(root))) {
      AofStream stream = store.stream("s");
      fill(stream, 12);
      Awaitility.await().until(() -> cold(stream).size() >= 6);

      assertThatIllegalArgumentException()
          .isThrownBy(() -> stream.prefetch(0, stream.nextOffset()))
          .withMessageStartingWith("range is larger than tier 1: bytes=")
          .withMessageEndingWith("action=ask for less, or raise tier1.max-bytes");
      assertThat(store.snapshot().hydrationQueue()).isZero();
      assertThat(store.snapshot().manifest().failure()).isNull();
    }
  }

  @Test
  void rangesHaveAnOrder() {
    try (AofStore store = AofStore.open(config(root).build())) {
      AofStream stream = store.stream("s");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> stream.prefetch(2, 1))
          .withMessage("not a range: from=2 to=1");
      assertThatIllegalArgumentException().isThrownBy(() -> stream.verify(-1, 1));
      assertThat(stream.prefetch(0, 0)).isZero();
    }
  }

  private static void flip(Path file) throws Exception {
    long position = Files.size(file) / 2;
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ByteBuffer one = ByteBuffer.allocate(1);
      channel.read(one, position);
      one.put(0, (byte) (one.get(0) ^ 0x10)).rewind();
      channel.write(one, position);
    }
  }

  @Test
  void saysWhichCopiesAreDamagedAndHasThemMadeAgain() throws Exception {
    try (AofStore store = AofStore.open(config(root).build())) {
      AofStream stream = store.stream("s");
      fill(stream, 3);
      VerifyReport whole = stream.verify(0, stream.nextOffset());
      int segments = stream.snapshot().segments().size();
      assertThat(whole.damaged()).isEmpty();
      assertThat(whole.unverified()).isEmpty();
      assertThat(whole.copies()).isGreaterThanOrEqualTo(2 * whole.segments());
      assertThat(whole.bytes()).isGreaterThan(3 * MIB);
      assertThat(whole.segments()).isBetween(3, segments);

      flip(files(root.resolve("tier2").resolve("segments"), ".zst").get(0));
      VerifyReport one = stream.verify(0, 1);
      assertThat(one.segments()).isEqualTo(1);
      assertThat(one.damaged()).hasSize(1);
      assertThat(one.damaged().get(0)).startsWith("1 TIER2: ");
      Awaitility.await("the object is made again")
          .atMost(30, TimeUnit.SECONDS)
          .until(() -> store.snapshot().repairs().repaired() == 1);
      assertThat(stream.verify(0, stream.nextOffset()).damaged()).isEmpty();
    }
  }
}
