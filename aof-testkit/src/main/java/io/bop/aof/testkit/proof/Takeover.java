package io.bop.aof.testkit.proof;

import io.bop.aof.AofException;
import io.bop.aof.AofStream;
import io.bop.aof.AppendRequest;
import io.bop.aof.Durability;
import io.bop.aof.StaleWriterException;
import io.bop.aof.format.ObjectKeys;
import io.bop.aof.testkit.simulation.SimulatedHost;
import java.time.Duration;
import java.util.List;

/** Another writer takes over the bucket: this one must notice, and promise nothing any more. */
final class Takeover {

  private static final int MOST_TRIES = 60;
  private static final Duration SETTLES_WITHIN = Duration.ofHours(2);
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final byte[] LATE = new byte[16];

  private final Machine machine;
  private final BucketAudit audit;
  private final Elsewhere elsewhere;

  Takeover(Machine machine, BucketAudit audit, Elsewhere elsewhere) {
    this.machine = machine;
    this.audit = audit;
    this.elsewhere = elsewhere;
  }

  /** Runs it on an open store without faults; the store is of no use afterwards. */
  void run(List<StreamModel> models) {
    String name = models.get(0).name();
    SimulatedHost host = machine.host();
    AofStream stream = host.call(() -> machine.openStore().stream(name));
    // What is archived is known again once Tier 2 has confirmed the chunks that are here.
    if (!host.runUntil(machine::isSettled, SETTLES_WITHIN)) {
      throw new AssertionError("does not know what is archived: " + machine.openStore().snapshot());
    }
    elsewhere.takeOver(machine.openStore(), models);
    // The other machine stands still from here on, and what it has put is one chain with the rest.
    long taken = audit.chunks();
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
    if (machine.bucket().content(ObjectKeys.manifestChunk(taken)).isPresent()) {
      throw new AssertionError("a chunk was put behind another writer's: " + taken);
    }
  }

  private enum Answer {
    ACKNOWLEDGED,
    REFUSED,
    FENCED
  }

  private static Answer append(AofStream stream, Durability level) {
    AppendRequest request = AppendRequest.builder(LATE).durability(level).timeout(PATIENCE).build();
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
