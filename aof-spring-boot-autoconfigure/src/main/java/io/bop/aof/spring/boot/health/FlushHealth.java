package io.bop.aof.spring.boot.health;

import io.bop.aof.AofSnapshot;
import io.bop.aof.BackpressureKind;
import io.bop.aof.StreamSnapshot;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.boot.health.contributor.Health;

/**
 * What waits for the disk. Down when a stream takes no appends any more, because a flush failed or
 * an invariant broke: only opening the store again helps.
 */
final class FlushHealth implements AofHealth.Check {

  private static final int MAX_STREAMS = 10;

  @Override
  public void check(AofSnapshot snapshot, Health.Builder health) {
    long backlog = 0;
    long largest = 0;
    String largestStream = "";
    int failed = 0;
    Map<String, String> failures = new TreeMap<>();
    for (StreamSnapshot stream : snapshot.streams()) {
      backlog += stream.unflushedBytes();
      if (stream.unflushedBytes() > largest) {
        largest = stream.unflushedBytes();
        largestStream = stream.name();
      }
      String failure = stream.failure();
      if (failure != null && failed++ < MAX_STREAMS) {
        failures.put(stream.name(), failure);
      }
    }
    if (failed > 0) {
      health.down().withDetail("failedStreams", failed).withDetail("failures", failures);
    }
    AofSnapshot.Backpressure flush = snapshot.backpressure().get(BackpressureKind.FLUSH);
    health
        .withDetail("backlogBytes", backlog)
        .withDetail("waitingAppends", flush == null ? 0 : flush.waiting());
    if (largest > 0) {
      health.withDetail("largestBacklog", Map.of("stream", largestStream, "bytes", largest));
    }
  }
}
