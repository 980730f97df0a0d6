package io.bop.aof.testkit.proof;

import io.bop.aof.AofConfig;
import io.bop.aof.AofFollower;
import io.bop.aof.AofStore;
import io.bop.aof.AofStream;
import io.bop.aof.ReadFrom;
import io.bop.aof.ReadOptions;
import io.bop.aof.objectstore.ObjectStore;
import io.bop.aof.store.Engine;
import io.bop.aof.testkit.objectstore.MemoryBucket;
import io.bop.aof.testkit.proof.Workload.Target;
import io.bop.aof.testkit.simulation.SimulatedHost;
import java.time.Duration;
import java.util.List;

/** Another machine that has the bucket alone: it must find there everything that is archived. */
final class Elsewhere {

  private static final Duration CALL_TAKES = Duration.ofMillis(3);

  private final SimulatedHost host;
  private final AofConfig config;
  private final MemoryBucket bucket;
  private final Workload workload;

  Elsewhere(long seed, AofConfig config, MemoryBucket bucket, Workload workload) {
    this.host = new SimulatedHost(seed);
    this.config = config;
    this.bucket = bucket;
    this.workload = workload;
  }

  private ObjectStore objects() {
    return bucket.on(host, CALL_TAKES);
  }

  /**
   * Follows the store, compares everything with the models, and takes the store over.
   *
   * @param written the store on the machine that writes it, all of it archived
   */
  void takeOver(AofStore written, List<StreamModel> models) {
    AofFollower follower = host.call(() -> Engine.openFollower(config, host, this::objects));
    compare("follower", follower, written, models);
    AofStore taken = host.call(follower::promote);
    compare("restored store", taken, written, models);
  }

  private void compare(String who, AofStore found, AofStore written, List<StreamModel> models) {
    if (!host.call(found::streamNames).containsAll(written.streamNames())) {
      throw new AssertionError(
          who + " lacks streams: found=" + found.streamNames() + " of=" + written.streamNames());
    }
    for (StreamModel model : models) {
      written
          .findStream(model.name())
          .ifPresent(stream -> host.call(() -> compare(who, found, stream, model)));
    }
  }

  private boolean compare(String who, AofStore found, AofStream written, StreamModel model) {
    AofStream stream = found.findStream(model.name()).orElseThrow();
    if (stream.nextOffset() != written.archivedOffset()) {
      throw model.violation(
          who + " ends at=" + stream.nextOffset() + " archived=" + written.archivedOffset());
    }
    // News of a truncation alone costs no request: what was truncated may be there still.
    long from = Math.max(stream.startOffset(), written.startOffset());
    ReadOptions patient = ReadOptions.defaults().withDeadline(Duration.ofHours(1));
    Target target = new Target(found, model, 0);
    workload.read(target, ReadFrom.offset(from), from, patient, Long.MAX_VALUE);
    return true;
  }

  /** Gives threads and memory back. */
  void release() {
    host.release();
  }
}
