package io.bop.aof.spring.boot.metrics;

import io.bop.aof.BackpressureKind;
import io.bop.aof.CompressionProfile;
import io.bop.aof.Durability;
import io.bop.aof.EngineListener;
import io.bop.aof.RequestKind;
import io.bop.aof.RequestOutcome;
import io.bop.aof.Tier;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * Counts and times what the engine tells of. It is told from the open on and counts from the moment
 * that it is bound to a registry. Thread-safe.
 */
public final class EngineMeters implements EngineListener {

  /* Nearly always one: Boot binds to the registry that stands for all others. */
  private final List<BoundEngineMeters> bound = new CopyOnWriteArrayList<>();

  /** Bound to no registry. */
  public EngineMeters() {}

  void bindTo(OwnMeters own) {
    bound.add(new BoundEngineMeters(own));
  }

  void unbind(OwnMeters own) {
    bound.removeIf(meters -> meters.isOf(own));
  }

  @Override
  public void appended(String stream, int records, long bytes, Durability reached, Duration took) {
    for (BoundEngineMeters meters : bound) {
      switch (reached) {
        case MEMORY -> meters.append.record(took);
        case FLUSHED -> meters.flushedAppend.record(took);
        case ARCHIVED -> meters.archivedAppend.record(took);
      }
    }
  }

  @Override
  public void flushed(String stream, long bytes, Duration took, @Nullable Throwable failure) {
    for (BoundEngineMeters meters : bound) {
      if (failure == null) {
        meters.flush.record(took);
        meters.flushedBytes.increment((double) bytes);
      } else {
        meters.failedFlush.record(took);
      }
    }
  }

  @Override
  public void activated(String stream, Duration waited) {
    bound.forEach(meters -> meters.activation.record(waited));
  }

  @Override
  public void backpressure(String stream, BackpressureKind kind, Duration waited, boolean refused) {
    if (kind == BackpressureKind.ADMISSION) {
      bound.forEach(meters -> (refused ? meters.refused : meters.admitted).record(waited));
    }
  }

  @Override
  public void compressed(
      String stream,
      long segment,
      CompressionProfile profile,
      long bytesIn,
      long bytesOut,
      Duration took) {
    bound.forEach(meters -> meters.compressed(profile, bytesIn, bytesOut, took));
  }

  @Override
  public void uploaded(String stream, long segment, long bytes, Duration took) {
    for (BoundEngineMeters meters : bound) {
      meters.upload.record(took);
      meters.uploadedBytes.increment((double) bytes);
    }
  }

  @Override
  public void tier2Request(RequestKind kind, RequestOutcome outcome, Duration took, long bytes) {
    bound.forEach(meters -> meters.request(kind, outcome).record(took));
  }

  @Override
  public void hydrated(String stream, long segment, Tier from, Tier to, long bytes, Duration took) {
    for (BoundEngineMeters meters : bound) {
      meters.hydration.record(took);
      meters.hydratedBytes.increment((double) bytes);
    }
  }

  @Override
  public void evicted(String stream, long segment, Tier tier, long bytes) {
    bound.forEach(meters -> meters.evicted(tier, bytes));
  }

  @Override
  public void retired(String stream, long segment) {
    bound.forEach(meters -> meters.retired.increment());
  }

  @Override
  public void failed(String stream, long segment, String operation, Throwable failure) {
    bound.forEach(meters -> meters.failed(operation));
  }
}
