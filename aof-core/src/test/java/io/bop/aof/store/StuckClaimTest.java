package io.bop.aof.store;

import static io.bop.aof.store.StressFixture.MIB;
import static io.bop.aof.store.StressFixture.memory;
import static io.bop.aof.store.StressFixture.payload;
import static io.bop.aof.store.StressFixture.verifyAll;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bop.aof.AofConfig;
import io.bop.aof.AofException;
import io.bop.aof.AofStore;
import io.bop.aof.AofStream;
import io.bop.aof.AppendOutcomeUnknownException;
import io.bop.aof.AppendRequest;
import io.bop.aof.AppendResult;
import io.bop.aof.BackpressureKind;
import io.bop.aof.Durability;
import io.bop.aof.StreamPoisonedException;
import io.bop.aof.Tier2Type;
import io.bop.aof.segment.HotSegment;
import io.bop.aof.segment.RecordBytes;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A thread that stops for ever between the claim of a place and its commit. */
@Timeout(60)
class StuckClaimTest {

  private static final int SIZE = 1_000;
  private static final int CLAIMED = 128;

  @TempDir Path root;

  private AofStore open() {
    AofConfig config =
        StressFixture.config(root)
            .appendTimeout(Duration.ofMillis(300))
            .tier0(t -> t.withMaxBytes(4 * MIB))
            .tier2(t -> t.withType(Tier2Type.NONE))
            .build();
    return AofStore.open(config);
  }

  /** Three durable records and two that are not yet, and behind them a claim without a commit. */
  private static HotSegment stopAppendHalfWay(AofStream stream) {
    append(stream, 0, 3);
    stream.flush();
    append(stream, 3, 5);
    HotSegment segment = ((EngineStream) stream).hot().active();
    assertThat(segment.claim(1, CLAIMED, 5)).isPositive();
    return segment;
  }

  private static void append(AofStream stream, long from, long to) {
    for (long n = from; n < to; n++) {
      stream.append(memory(payload(0, n, SIZE)));
    }
  }

  private static void closeWithError(AofStore store) {
    assertThatThrownBy(store::close)
        .isInstanceOf(AofException.class)
        .hasMessageContaining("not closed cleanly");
  }

  @Test
  void poisonsTheStreamAndSaysSoToEverybody() {
    AofStore store = open();
    AofStream stream = store.stream("s");
    stopAppendHalfWay(stream);
    assertThatThrownBy(() -> stream.append(new byte[8]))
        .isInstanceOfSatisfying(
            AppendOutcomeUnknownException.class, e -> assertThat(e.offset()).isEqualTo(6));
    assertThatThrownBy(() -> stream.append(new byte[8]))
        .isInstanceOf(StreamPoisonedException.class)
        .hasMessageContaining("offset=5");
    AppendResult refused = stream.tryAppend(new byte[8]);
    assertThat(((AppendResult.Refused) refused).kind()).isEqualTo(BackpressureKind.TAIL);
    assertThat(store.snapshot().backpressure().get(BackpressureKind.TAIL).refusals()).isPositive();
    assertThat(stream.snapshot().failure()).contains("did not commit in time");
    assertThatThrownBy(stream::flush).isInstanceOf(StreamPoisonedException.class);
    assertThat(stream.durableOffset()).isEqualTo(5);
    assertThat(verifyAll(stream, 1)).containsExactly(5);
    AofStream other = store.stream("other");
    append(other, 0, 10);
    other.seal();
    assertThat(verifyAll(other, 1)).containsExactly(10);
    closeWithError(store);
  }

  @Test
  void aSealMakesDurableWhatIsBeforeTheHoleAndFails() {
    AofStore store = open();
    AofStream stream = store.stream("s");
    HotSegment segment = stopAppendHalfWay(stream);
    assertThatThrownBy(stream::seal).isInstanceOf(StreamPoisonedException.class);
    assertThat(stream.durableOffset()).isEqualTo(5);
    assertThat(segment.isSealed()).isFalse();
    closeWithError(store);
  }

  @Test
  void aReopenCutsAtTheHoleAndGoesOn() {
    AofStore store = open();
    stopAppendHalfWay(store.stream("s"));
    AofStream behind = store.stream("s");
    assertThatThrownBy(() -> behind.append(new byte[8]))
        .isInstanceOf(AppendOutcomeUnknownException.class);
    closeWithError(store);
    try (AofStore again = open()) {
      AofStream stream = again.stream("s");
      assertThat(stream.snapshot().failure()).isNull();
      assertThat(stream.nextOffset()).isEqualTo(5);
      append(stream, 5, 100);
      stream.flush();
      assertThat(verifyAll(stream, 1)).containsExactly(100);
    }
  }

  @Test
  void countsTheAgeOfTheClaimAlsoWhenNobodyWaitsThatLong() {
    AofStore store = open();
    AofStream stream = store.stream("s");
    stopAppendHalfWay(stream);
    AppendRequest impatient =
        AppendRequest.builder(new byte[8])
            .durability(Durability.MEMORY)
            .timeout(Duration.ofMillis(10))
            .build();
    Awaitility.await("the append-timeout passes")
        .atMost(20, TimeUnit.SECONDS)
        .untilAsserted(
            () ->
                assertThatThrownBy(() -> stream.append(impatient))
                    .isInstanceOf(StreamPoisonedException.class));
    closeWithError(store);
  }

  @Test
  void tellsAllWhoWaitBehindTheHole() throws Exception {
    AofStore store = open();
    AofStream stream = store.stream("s");
    stopAppendHalfWay(stream);
    List<Callable<Throwable>> appends = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      boolean patient = i % 2 == 0;
      appends.add(() -> failureOf(stream, Duration.ofMinutes(patient ? 10 : 0).plusMillis(300)));
    }
    assertThat(StressFixture.together(appends))
        .allSatisfy(
            failure ->
                assertThat(failure)
                    .isInstanceOfAny(
                        AppendOutcomeUnknownException.class, StreamPoisonedException.class));
    closeWithError(store);
  }

  private static Throwable failureOf(AofStream stream, Duration timeout) {
    try {
      stream.append(AppendRequest.builder(new byte[8]).timeout(timeout).build());
      return new AssertionError("acknowledged behind a hole");
    } catch (AofException e) {
      return e;
    }
  }

  /* The thread wakes up when its slot would long have been used again. */
  @Test
  void neverUsesTheSlotForAnotherSegmentWhileTheProcessLives() {
    AofStore store = open();
    HotSegment stuck = stopAppendHalfWay(store.stream("s"));
    int position = HotSegment.positionOf(stuck.committed());
    closeWithError(store);
    try (AofStore again = open()) {
      AofStream stream = again.stream("s");
      append(stream, 5, 12_000);
      stream.flush();
      Awaitility.await("the recovered segment is evicted and its file removed")
          .atMost(30, TimeUnit.SECONDS)
          .until(() -> !stuck.slot().file().toFile().exists());
      RecordBytes late = new RecordBytes();
      late.set(1, new byte[CLAIMED - 32], 0, CLAIMED - 32);
      stuck.write(late, 5, position);
      stuck.commit(5, position + CLAIMED);
      assertThat(verifyAll(stream, 1)).containsExactly(12_000);
    }
    try (AofStore last = open()) {
      assertThat(verifyAll(last.stream("s"), 1)).containsExactly(12_000);
    }
  }
}
