package io.bop.aof.coordinator;

import io.bop.aof.EngineListener;
import io.bop.aof.Tier;
import io.bop.aof.io.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts damaged copies and what became of them, and tells about it. Thread-safe. */
public final class Repairs {

  private static final Logger log = LoggerFactory.getLogger(Repairs.class);

  private final EngineListener listener;
  private final AtomicLong damaged = new AtomicLong();
  private final AtomicLong repaired = new AtomicLong();
  private final AtomicLong quarantinedFiles = new AtomicLong();
  private final AtomicLong quarantinedBytes = new AtomicLong();

  /** Nothing happened yet. */
  public Repairs(EngineListener listener) {
    this.listener = listener;
  }

  /** Counts what lies in a quarantine folder since earlier. */
  public void countQuarantine(Disk disk, Path folder) throws IOException {
    for (Path file : disk.list(folder)) {
      quarantinedFiles.incrementAndGet();
      quarantinedBytes.addAndGet(disk.size(file));
    }
  }

  void damaged(String stream, long segment, Tier tier, String reason) {
    damaged.incrementAndGet();
    log.error(
        "damaged copy: stream={} segment={} tier={} reason={}", stream, segment, tier, reason);
    listener.damaged(stream, segment, tier, reason);
  }

  void repaired(String stream, long segment, Tier tier) {
    repaired.incrementAndGet();
    log.info("copy is whole again: stream={} segment={} tier={}", stream, segment, tier);
    listener.repaired(stream, segment, tier);
  }

  void quarantined(Path file, long bytes) {
    quarantinedFiles.incrementAndGet();
    quarantinedBytes.addAndGet(bytes);
    log.warn("damaged file was set aside: file={} bytes={}", file, bytes);
  }

  /** Copies found damaged or missing since the open. */
  public long damaged() {
    return damaged.get();
  }

  /** Of those, and of what was missing at the open, how many were made again or are not needed. */
  public long repaired() {
    return repaired.get();
  }

  /** Files set aside, ever, that nobody removed. */
  public long quarantinedFiles() {
    return quarantinedFiles.get();
  }

  /** Their bytes. */
  public long quarantinedBytes() {
    return quarantinedBytes.get();
  }
}
