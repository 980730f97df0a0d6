package io.bop.aof.coordinator;

import io.bop.aof.ScrubReport;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** What the background verification did. Written by its thread, read by any. */
public final class ScrubProgress {

  private final AtomicLong copies = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicLong damaged = new AtomicLong();
  private final AtomicLong unverified = new AtomicLong();
  private volatile boolean running;
  private volatile long lastPassMicros;
  private ScrubReport before = report(Duration.ZERO);

  ScrubProgress() {}

  void passBegins() {
    before = report(Duration.ZERO);
    running = true;
  }

  void passEnds() {
    running = false;
  }

  void lastPass(long micros) {
    lastPassMicros = micros;
  }

  void intact() {
    copies.incrementAndGet();
  }

  void read(long count) {
    bytes.addAndGet(count);
  }

  void damage() {
    damaged.incrementAndGet();
  }

  void noTelling() {
    unverified.incrementAndGet();
  }

  /** Of this pass, as far as this process did it. */
  ScrubReport passReport(Duration took) {
    ScrubReport now = report(took);
    return new ScrubReport(
        now.copies() - before.copies(),
        now.bytes() - before.bytes(),
        now.damaged() - before.damaged(),
        now.unverified() - before.unverified(),
        took);
  }

  private ScrubReport report(Duration took) {
    return new ScrubReport(copies.get(), bytes.get(), damaged.get(), unverified.get(), took);
  }

  /** Copies found intact since the open. */
  public long copies() {
    return copies.get();
  }

  /** Bytes read since the open. */
  public long bytes() {
    return bytes.get();
  }

  /** Copies found damaged since the open. */
  public long damaged() {
    return damaged.get();
  }

  /** Copies of which there was no telling, since the open. */
  public long unverified() {
    return unverified.get();
  }

  /** Whether a pass is under way. */
  public boolean isRunning() {
    return running;
  }

  /** When the last full pass ended, in microseconds since the Unix epoch; 0: none did yet. */
  public long lastPassMicros() {
    return lastPassMicros;
  }
}
