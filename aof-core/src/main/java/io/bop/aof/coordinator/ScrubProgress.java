package io.bop.aof.coordinator;

import java.util.concurrent.atomic.AtomicLong;

/** What the background verification did. Written by its thread, read by any. */
public final class ScrubProgress {

  private final AtomicLong copies = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicLong damaged = new AtomicLong();
  private volatile boolean running;
  private volatile long lastPassMicros;
  private long copiesBefore;
  private long bytesBefore;
  private long damagedBefore;

  ScrubProgress() {}

  void passBegins() {
    copiesBefore = copies.get();
    bytesBefore = bytes.get();
    damagedBefore = damaged.get();
    running = true;
  }

  void passEnds() {
    running = false;
  }

  void lastPass(long micros) {
    lastPassMicros = micros;
  }

  void verified() {
    copies.incrementAndGet();
  }

  void read(long count) {
    bytes.addAndGet(count);
  }

  void damaged() {
    damaged.incrementAndGet();
  }

  /** Intact copies in this pass. */
  long passCopies() {
    return copies.get() - copiesBefore;
  }

  long passBytes() {
    return bytes.get() - bytesBefore;
  }

  long passDamaged() {
    return damaged.get() - damagedBefore;
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
  public long damagedCopies() {
    return damaged.get();
  }

  /** Whether a pass is under way. */
  public boolean isRunning() {
    return running;
  }

  /** When the last full pass ended, in microseconds since the Unix epoch; the first open counts. */
  public long lastPassMicros() {
    return lastPassMicros;
  }
}
