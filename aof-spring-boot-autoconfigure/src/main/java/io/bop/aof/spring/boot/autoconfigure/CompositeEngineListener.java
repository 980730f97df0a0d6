package io.bop.aof.spring.boot.autoconfigure;

import io.bop.aof.BackpressureKind;
import io.bop.aof.BreakerState;
import io.bop.aof.CompressionProfile;
import io.bop.aof.DrillReport;
import io.bop.aof.Durability;
import io.bop.aof.EngineListener;
import io.bop.aof.RecoveryReport;
import io.bop.aof.RequestKind;
import io.bop.aof.RequestOutcome;
import io.bop.aof.ScrubReport;
import io.bop.aof.Tier;
import io.bop.aof.Tier2Direction;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Tells several listeners, in order. One that throws does not keep the others from hearing; the
 * engine, which counts and logs what listeners throw, hears of it in the end.
 */
final class CompositeEngineListener implements EngineListener {

  private final List<EngineListener> listeners;

  private CompositeEngineListener(List<EngineListener> listeners) {
    this.listeners = listeners;
  }

  /** One listener for all of them. */
  static EngineListener of(List<EngineListener> all) {
    List<EngineListener> listeners = all.stream().filter(l -> l != NOOP).toList();
    return switch (listeners.size()) {
      case 0 -> NOOP;
      case 1 -> listeners.get(0);
      default -> new CompositeEngineListener(listeners);
    };
  }

  @Override
  public void opened(RecoveryReport report) {
    tell(l -> l.opened(report));
  }

  @Override
  public void streamCreated(String stream) {
    tell(l -> l.streamCreated(stream));
  }

  @Override
  public void segmentOpened(String stream, long segment, long baseOffset) {
    tell(l -> l.segmentOpened(stream, segment, baseOffset));
  }

  @Override
  public void activated(String stream, Duration waited) {
    tell(l -> l.activated(stream, waited));
  }

  @Override
  public void appended(String stream, int records, long bytes, Durability reached, Duration took) {
    tell(l -> l.appended(stream, records, bytes, reached, took));
  }

  @Override
  public void tier2Request(RequestKind kind, RequestOutcome outcome, Duration took, long bytes) {
    tell(l -> l.tier2Request(kind, outcome, took, bytes));
  }

  @Override
  public void segmentSealed(String stream, long segment, long recordCount, long bytes) {
    tell(l -> l.segmentSealed(stream, segment, recordCount, bytes));
  }

  @Override
  public void flushed(String stream, long bytes, Duration took, @Nullable Throwable failure) {
    tell(l -> l.flushed(stream, bytes, took, failure));
  }

  @Override
  public void backpressure(String stream, BackpressureKind kind, Duration waited, boolean refused) {
    tell(l -> l.backpressure(stream, kind, waited, refused));
  }

  @Override
  public void compressed(
      String stream,
      long segment,
      CompressionProfile profile,
      long bytesIn,
      long bytesOut,
      Duration took) {
    tell(l -> l.compressed(stream, segment, profile, bytesIn, bytesOut, took));
  }

  @Override
  public void uploaded(String stream, long segment, long bytes, Duration took) {
    tell(l -> l.uploaded(stream, segment, bytes, took));
  }

  @Override
  public void archiveLagging(String stream, long segment, Duration age) {
    tell(l -> l.archiveLagging(stream, segment, age));
  }

  @Override
  public void archiveCaughtUp(Duration lasted) {
    tell(l -> l.archiveCaughtUp(lasted));
  }

  @Override
  public void breakerChanged(
      Tier2Direction direction, BreakerState from, BreakerState to, @Nullable String reason) {
    tell(l -> l.breakerChanged(direction, from, to, reason));
  }

  @Override
  public void evicted(String stream, long segment, Tier tier, long bytes) {
    tell(l -> l.evicted(stream, segment, tier, bytes));
  }

  @Override
  public void hydrated(String stream, long segment, Tier from, Tier to, long bytes, Duration took) {
    tell(l -> l.hydrated(stream, segment, from, to, bytes, took));
  }

  @Override
  public void fetched(String stream, long segment, long bytes, Duration took, Duration since) {
    tell(l -> l.fetched(stream, segment, bytes, took, since));
  }

  @Override
  public void damaged(String stream, long segment, Tier tier, String reason) {
    tell(l -> l.damaged(stream, segment, tier, reason));
  }

  @Override
  public void repaired(String stream, long segment, Tier tier) {
    tell(l -> l.repaired(stream, segment, tier));
  }

  @Override
  public void drilled(DrillReport report) {
    tell(l -> l.drilled(report));
  }

  @Override
  public void scrubbed(ScrubReport report) {
    tell(l -> l.scrubbed(report));
  }

  @Override
  public void retired(String stream, long segment) {
    tell(l -> l.retired(stream, segment));
  }

  @Override
  public void storageFull(String path, long neededBytes, long freeBytes) {
    tell(l -> l.storageFull(path, neededBytes, freeBytes));
  }

  @Override
  public void storageAvailable(String path) {
    tell(l -> l.storageAvailable(path));
  }

  @Override
  public void failed(String stream, long segment, String operation, Throwable failure) {
    tell(l -> l.failed(stream, segment, operation, failure));
  }

  private void tell(Consumer<EngineListener> event) {
    Throwable thrown = null;
    for (EngineListener listener : listeners) {
      try {
        event.accept(listener);
      } catch (RuntimeException | LinkageError | AssertionError e) {
        if (thrown == null) {
          thrown = e;
        } else if (thrown != e) {
          thrown.addSuppressed(e);
        }
      }
    }
    if (thrown instanceof RuntimeException e) {
      throw e;
    } else if (thrown instanceof Error e) {
      throw e;
    }
  }
}
