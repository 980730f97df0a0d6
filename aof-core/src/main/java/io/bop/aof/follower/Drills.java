package io.bop.aof.follower;

import io.bop.aof.AofConfig;
import io.bop.aof.AofException;
import io.bop.aof.DrillReport;
import io.bop.aof.EngineListener;
import io.bop.aof.io.Host;
import io.bop.aof.io.Threads.Timer;
import io.bop.aof.io.Threads.WorkerPool;
import io.bop.aof.tier2.Tier2;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Rehearses the restore, when asked for and by a schedule. Thread-safe; one at a time. */
public final class Drills {

  private static final String FOLDER = "drill";

  private final Host host;
  private final AofConfig config;
  private final EngineListener listener;
  private final @Nullable Tier2 tier2;
  private final WorkerPool worker;
  private final AtomicBoolean running = new AtomicBoolean();
  private volatile @Nullable DrillReport last;
  private volatile @Nullable Timer timer;
  private volatile boolean closed;

  /** The drills of one store; none by themselves before {@link #start}. */
  public Drills(Host host, AofConfig config, EngineListener listener, @Nullable Tier2 tier2) {
    this.host = host;
    this.config = config;
    this.listener = listener;
    this.tier2 = tier2;
    this.worker = host.threads().pool("aof-drill", 1);
  }

  /** Begins to wait for the first one. */
  public void start() {
    Duration interval = config.drill().interval();
    if (interval != null && tier2 != null && !closed) {
      Timer next =
          host.threads().schedule(interval.toNanos(), () -> worker.execute(this::runByTime));
      timer = next;
      if (closed) {
        next.cancel();
      }
    }
  }

  private void runByTime() {
    Tier2 there = tier2;
    if (there != null && !closed && running.compareAndSet(false, true)) {
      try {
        run(there);
      } finally {
        running.set(false);
      }
    }
    start();
  }

  /**
   * Runs one now, on the calling thread.
   *
   * @throws AofException when one is running, or there is no Tier 2
   */
  public DrillReport run() {
    Tier2 there = tier2;
    if (there == null) {
      throw new AofException("nothing to restore from: tier2.type=none root=" + config.root());
    }
    if (!running.compareAndSet(false, true)) {
      throw new AofException("a drill is running: root=" + config.root());
    }
    try {
      return run(there);
    } finally {
      running.set(false);
    }
  }

  private DrillReport run(Tier2 there) {
    DrillReport report = RestoreDrill.run(host, config, there, config.root().resolve(FOLDER));
    last = report;
    listener.drilled(report);
    return report;
  }

  /** The newest one of this process; null: none yet. */
  public @Nullable DrillReport last() {
    return last;
  }

  /**
   * Begins no more of them, and waits for one that runs. A timer would keep the closed store in
   * memory for as long as it waits.
   */
  public void close(Duration limit) {
    closed = true;
    Timer waiting = timer;
    if (waiting != null) {
      waiting.cancel();
    }
    worker.shutdown(limit);
  }
}
