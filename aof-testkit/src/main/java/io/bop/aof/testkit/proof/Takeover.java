package io.bop.aof.testkit.proof;

import io.bop.aof.AofException;
import io.bop.aof.AofStream;
import io.bop.aof.AppendRequest;
import io.bop.aof.Durability;
import io.bop.aof.StaleWriterException;
import io.bop.aof.format.ObjectKeys;
import io.bop.aof.objectstore.ObjectBody;
import io.bop.aof.objectstore.ObjectStoreException;
import io.bop.aof.testkit.simulation.SimulatedHost;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.zip.CRC32C;

/** Another writer takes over the bucket: this one must notice, and promise nothing any more. */
final class Takeover {

  private static final int MOST_TRIES = 60;
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final byte[] RIVAL = "another writer's".getBytes(StandardCharsets.US_ASCII);

  private final Machine machine;
  private final BucketAudit audit;

  Takeover(Machine machine, BucketAudit audit) {
    this.machine = machine;
    this.audit = audit;
  }

  /** Runs it on an open store without faults; the store is of no use afterwards. */
  void run(String name) {
    SimulatedHost host = machine.host();
    AofStream stream = host.call(() -> machine.openStore().stream(name));
    long taken = audit.chunks();
    putRival(host, ObjectKeys.manifestChunk(taken));
    if (host.call(() -> append(stream, Durability.ARCHIVED)) == Answer.ACKNOWLEDGED) {
      throw new AssertionError("archived, although another writer had taken over: " + taken);
    }
    for (int i = 0; host.call(() -> append(stream, Durability.FLUSHED)) != Answer.FENCED; i++) {
      if (i == MOST_TRIES) {
        throw new AssertionError("another writer has taken over, and nobody notices: " + taken);
      }
      host.run(Long.MAX_VALUE, PATIENCE);
    }
    host.run(Long.MAX_VALUE, PATIENCE);
    if (machine.bucket().content(ObjectKeys.manifestChunk(taken + 1)).isPresent()) {
      throw new AssertionError("a chunk was put behind another writer's: " + taken);
    }
  }

  private void putRival(SimulatedHost host, String key) {
    CRC32C crc = new CRC32C();
    crc.update(RIVAL, 0, RIVAL.length);
    ObjectBody body = new ObjectBody.OfBytes(RIVAL, (int) crc.getValue());
    try {
      machine.bucket().on(host, Duration.ZERO).putIfAbsent(key, body, Map.of());
    } catch (ObjectStoreException e) {
      throw new AssertionError("the bucket refuses another writer", e);
    }
  }

  private enum Answer {
    ACKNOWLEDGED,
    REFUSED,
    FENCED
  }

  private static Answer append(AofStream stream, Durability level) {
    AppendRequest request =
        AppendRequest.builder(RIVAL).durability(level).timeout(PATIENCE).build();
    try {
      stream.append(request);
      return Answer.ACKNOWLEDGED;
    } catch (StaleWriterException e) {
      return Answer.FENCED;
    } catch (AofException e) {
      return Answer.REFUSED;
    }
  }
}
