package io.bop.aof.testkit.tier2;

import static org.assertj.core.api.Assertions.assertThat;

import io.bop.aof.AppendRequest;
import io.bop.aof.Durability;
import io.bop.aof.format.ManifestRecord.UploadDone;
import io.bop.aof.format.ObjectKeys;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Appends that are acknowledged when the bucket has them. */
class ArchivedAppendTest {

  private static final Duration LINGER = Duration.ofSeconds(1);
  private static final int WRITERS = 40;

  /** To flush, seal, compress and send segment and chunk; the network takes 20 ms for a call. */
  private static final Duration WORK = Duration.ofSeconds(1);

  private final CountedMachine machine = new CountedMachine(17, c -> c.archiveLinger(LINGER));

  /** By the offset: when it was acknowledged, and which objects there were then. */
  private final Map<Long, Acknowledged> acknowledged = new ConcurrentHashMap<>();

  private record Acknowledged(long nanos, List<String> keys) {}

  @AfterEach
  void close() {
    machine.close();
  }

  @Test
  void areAcknowledgedOnceTheChainInTheBucketHasThemAndShareOneUpload() {
    long began = machine.host.nanos();
    for (int w = 0; w < WRITERS; w++) {
      machine.host.start("writer-" + w, this::append);
    }

    Duration due = LINGER.plus(WORK);
    assertThat(machine.host.runUntil(() -> acknowledged.size() == WRITERS, due)).isTrue();

    acknowledged.forEach(
        (offset, then) -> {
          assertThat(then.nanos() - began).isBetween(LINGER.toNanos(), due.toNanos());
          List<UploadDone> known = machine.chainRecords(then.keys(), UploadDone.class);
          String key = String.valueOf(machine.segmentOf(offset).objectKey());
          assertThat(then.keys()).as("objects at the acknowledgement").contains(key);
          assertThat(known).as("uploads in the chain then").anyMatch(u -> u.key().equals(key));
        });
    assertThat(segmentObjects()).hasSize(1);
  }

  @Test
  void areAcknowledgedOneAfterTheOtherWithinTheLinger() {
    for (int round = 0; round < 3; round++) {
      long began = machine.host.nanos();
      machine.host.call(
          () -> {
            append();
            return began;
          });
      assertThat(machine.host.nanos() - began).isLessThan(LINGER.plus(WORK).toNanos());
    }
    assertThat(segmentObjects()).hasSize(3);
  }

  private List<String> segmentObjects() {
    return machine.bucket.keys().stream()
        .filter(key -> ObjectKeys.parseSegment(key).isPresent())
        .toList();
  }

  private void append() {
    long offset =
        machine
            .stream
            .append(
                AppendRequest.builder(CountedMachine.payload(1, 500))
                    .durability(Durability.ARCHIVED)
                    .build())
            .offset();
    acknowledged.put(
        offset, new Acknowledged(machine.host.time().nanoTime(), machine.bucket.keys()));
  }
}
