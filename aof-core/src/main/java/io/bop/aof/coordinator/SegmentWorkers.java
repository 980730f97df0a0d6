package io.bop.aof.coordinator;

import io.bop.aof.CompressionProfile;
import io.bop.aof.Tier;
import io.bop.aof.Tier2UnavailableException;
import io.bop.aof.format.MalformedException;
import io.bop.aof.format.ReasonCode;
import io.bop.aof.format.SegmentFooter;
import io.bop.aof.io.NoSpaceException;
import io.bop.aof.io.Threads.WorkerPool;
import io.bop.aof.manifest.SegmentEntry;
import io.bop.aof.objectstore.ObjectBody;
import io.bop.aof.objectstore.ObjectMetadata;
import io.bop.aof.objectstore.ObjectStoreException;
import io.bop.aof.segment.SegmentBytes;
import io.bop.aof.tier0.HotCopy;
import io.bop.aof.tier1.CompressionProfiles;
import io.bop.aof.tier1.WarmFile;
import io.bop.aof.tier1.WarmSegmentReader;
import io.bop.aof.tier2.ObjectConflictException;
import io.bop.aof.tier2.ObjectFetch;
import io.bop.aof.tier2.Tier2;
import io.bop.aof.tier2.UnclearObjectException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does what was decided, on bounded pools, and reports back. Thread-safe. Decides nothing and
 * writes no manifest.
 */
final class SegmentWorkers {

  /** Takes what came of a job. Must return at once. */
  interface Reports {
    /** Something happened to the segment. */
    void report(SegmentEntry entry, SegmentEvent event);

    /** The name of the stream with that id. */
    String nameOf(long streamId);
  }

  private static final Logger log = LoggerFactory.getLogger(SegmentWorkers.class);

  private final Parts parts;
  private final Reports reports;
  private final long epoch;
  private final WorkerPool compressions;
  private final WorkerPool uploads;
  private final WorkerPool hydrations;
  private volatile boolean closing;

  SegmentWorkers(Parts parts, Reports reports, long epoch) {
    this.parts = parts;
    this.reports = reports;
    this.epoch = epoch;
    var threads = parts.host().threads();
    this.compressions = threads.pool("aof-compress", parts.config().tier1().workers());
    this.uploads = threads.pool("aof-upload", parts.config().tier2().uploadConcurrency());
    this.hydrations = threads.pool("aof-hydrate", parts.config().hydration().workers());
  }

  void start(SegmentAction action) {
    if (action instanceof SegmentAction.Compress a) {
      compressions.execute(() -> compress(a.entry(), a.profile()));
    } else if (action instanceof SegmentAction.Upload a) {
      uploads.execute(() -> upload(a));
    } else if (action instanceof SegmentAction.Hydrate a) {
      hydrations.execute(() -> hydrate(a.entry()));
    } else {
      throw new IllegalArgumentException("not a job: " + action);
    }
  }

  private void compress(SegmentEntry entry, CompressionProfile profile) {
    if (closing) {
      reports.report(entry, new SegmentEvent.CompressionFailed(ReasonCode.CANCELLED));
      return;
    }
    long started = parts.host().time().nanoTime();
    try {
      WarmFile file = compressNow(entry, profile);
      parts
          .config()
          .listener()
          .compressed(
              name(entry),
              entry.segmentId(),
              profile,
              file.rawBytes(),
              file.bytes(),
              since(started));
      parts.disk().room().available(parts.disk().warm());
      reports.report(entry, new SegmentEvent.Compressed(file, profile.ordinal()));
    } catch (NoSpaceException e) {
      noRoom(entry, "compress", e);
      reports.report(entry, new SegmentEvent.CompressionFailed(ReasonCode.NO_SPACE));
    } catch (MalformedException e) {
      failed(entry, "compress", e);
      reports.report(entry, new SegmentEvent.CopyLost(Tier.TIER0, ReasonCode.CORRUPT));
      reports.report(entry, new SegmentEvent.CompressionFailed(ReasonCode.CORRUPT));
    } catch (IOException | RuntimeException e) {
      failed(entry, "compress", e);
      reports.report(entry, new SegmentEvent.CompressionFailed(reasonOf(e)));
    }
  }

  private WarmFile compressNow(SegmentEntry entry, CompressionProfile profile) throws IOException {
    HotCopy copy = parts.hotSet().get(entry.streamId(), entry.segmentId());
    SegmentBytes bytes = copy == null ? null : copy.open(parts.host().disk());
    if (copy == null || bytes == null) {
      throw new IOException("hot copy is gone: segment=" + entry.segmentId());
    }
    try (bytes) {
      SegmentFooter footer = copy.footer(bytes);
      int frameSize = parts.config().tier1().frameSize();
      return parts.warm().write(bytes, footer, CompressionProfiles.setting(profile, frameSize));
    }
  }

  private void upload(SegmentAction.Upload action) {
    SegmentEntry entry = action.entry();
    String key = action.key();
    Tier2 tier2 = parts.tier2();
    if (closing || tier2 == null) {
      reports.report(entry, new SegmentEvent.UploadFailed(key, ReasonCode.CANCELLED, false));
      return;
    }
    long started = parts.host().time().nanoTime();
    try {
      WarmFile file = action.file() == null ? warmFile(entry) : action.file();
      var path = parts.warm().path(entry.streamId(), entry.segmentId());
      Path objects = parts.disk().objects();
      if (objects != null) {
        parts.disk().room().require(objects, file.bytes());
      }
      tier2.put(
          key, new ObjectBody.OfFile(path, file.bytes(), file.crc32c()), metadata(file.crc32c()));
      parts
          .config()
          .listener()
          .uploaded(name(entry), entry.segmentId(), file.bytes(), since(started));
      if (objects != null) {
        parts.disk().room().available(objects);
      }
      reports.report(entry, new SegmentEvent.Uploaded(key, "", file));
    } catch (ObjectConflictException e) {
      failed(entry, "upload", e);
      reports.report(entry, new SegmentEvent.UploadConflict(key));
    } catch (UnclearObjectException e) {
      failed(entry, "upload", e);
      reports.report(entry, new SegmentEvent.UploadFailed(key, ReasonCode.CORRUPT, false));
    } catch (IOException | RuntimeException e) {
      int reason = reasonOf(e);
      boolean remote = e instanceof ObjectStoreException || e instanceof Tier2UnavailableException;
      if (reason == ReasonCode.NO_SPACE) {
        noObjectRoom(entry, e);
      } else if (remote && reason != ReasonCode.CORRUPT) {
        tier2Failed(entry, e);
      } else {
        failed(entry, "upload", e);
      }
      boolean suspected =
          (!remote && reason != ReasonCode.NO_SPACE)
              || reason == ReasonCode.CORRUPT
              || !hasWarmFile(entry);
      reports.report(entry, new SegmentEvent.UploadFailed(key, reason, suspected));
    }
  }

  private boolean hasWarmFile(SegmentEntry entry) {
    return parts.host().disk().exists(parts.warm().path(entry.streamId(), entry.segmentId()));
  }

  Map<String, String> metadata(int crc32c) {
    return ObjectMetadata.of(crc32c, epoch);
  }

  private WarmFile warmFile(SegmentEntry entry) throws IOException {
    try (WarmSegmentReader reader =
        parts.warm().open(entry.streamId(), entry.segmentId(), parts.cache())) {
      return new WarmFile(
          entry.streamId(),
          entry.segmentId(),
          entry.compressedBytes(),
          entry.objectCrc(),
          reader.tail().frameCount(),
          reader.tail().length(),
          entry.dataEnd());
    }
  }

  private void hydrate(SegmentEntry entry) {
    Tier2 tier2 = parts.tier2();
    if (closing || tier2 == null) {
      reports.report(entry, new SegmentEvent.CompressionFailed(ReasonCode.CANCELLED));
      return;
    }
    long started = parts.host().time().nanoTime();
    try {
      String key = entry.objectKey();
      WarmFile file =
          parts
              .warm()
              .hydrate(
                  entry.streamId(),
                  entry.segmentId(),
                  entry.compressedBytes(),
                  entry.objectCrc(),
                  sink -> ObjectFetch.run(tier2, key, entry.compressedBytes(), sink));
      parts
          .config()
          .listener()
          .hydrated(
              name(entry), entry.segmentId(), Tier.TIER2, Tier.TIER1, file.bytes(), since(started));
      parts.disk().room().available(parts.disk().warm());
      reports.report(entry, new SegmentEvent.Hydrated(file));
    } catch (NoSpaceException e) {
      noRoom(entry, "hydrate", e);
      reports.report(entry, new SegmentEvent.CompressionFailed(ReasonCode.NO_SPACE));
    } catch (IOException | RuntimeException e) {
      failed(entry, "hydrate", e);
      reports.report(entry, new SegmentEvent.CompressionFailed(reasonOf(e)));
    }
  }

  /** Runs a short remote job, such as a delete or the upload of a chunk. */
  void remote(Runnable job) {
    uploads.execute(job);
  }

  /* A disk that is full is told once, however many jobs meet it. */
  private void noRoom(SegmentEntry entry, String operation, NoSpaceException cause) {
    parts.disk().room().note(parts.disk().warm(), entry.dataEnd(), cause);
    parts.config().listener().failed(name(entry), entry.segmentId(), operation, cause);
  }

  private void noObjectRoom(SegmentEntry entry, Exception cause) {
    Path objects = parts.disk().objects();
    if (objects == null) {
      failed(entry, "upload", cause);
      return;
    }
    NoSpaceException full =
        cause instanceof NoSpaceException e
            ? e
            : new NoSpaceException("disk is full: path=" + objects, cause);
    parts.disk().room().note(objects, entry.compressedBytes(), full);
    parts.config().listener().failed(name(entry), entry.segmentId(), "upload", cause);
  }

  /* Tier 2 is away or busy: expected, and told of at length by the circuit breaker. */
  private void tier2Failed(SegmentEntry entry, Exception cause) {
    if (closing) {
      return;
    }
    String stream = name(entry);
    log.info(
        "upload failed and is tried again: stream={} segment={} cause={}",
        stream,
        entry.segmentId(),
        cause.getMessage());
    log.debug("upload failed: stream={} segment={}", stream, entry.segmentId(), cause);
    parts.config().listener().failed(stream, entry.segmentId(), "upload", cause);
  }

  private void failed(SegmentEntry entry, String operation, Exception cause) {
    if (closing) {
      return;
    }
    log.warn(
        "background step failed: operation={} stream={} segment={}",
        operation,
        name(entry),
        entry.segmentId(),
        cause);
    parts.config().listener().failed(name(entry), entry.segmentId(), operation, cause);
  }

  private String name(SegmentEntry entry) {
    return reports.nameOf(entry.streamId());
  }

  static int reasonOf(Exception cause) {
    if (cause instanceof ObjectStoreException e) {
      return e.reason().code();
    } else if (cause instanceof Tier2UnavailableException) {
      return ReasonCode.UNAVAILABLE;
    } else if (cause instanceof NoSpaceException) {
      return ReasonCode.NO_SPACE;
    } else if (cause instanceof MalformedException) {
      return ReasonCode.CORRUPT;
    }
    return ReasonCode.TRANSIENT;
  }

  private Duration since(long started) {
    return Duration.ofNanos(parts.host().time().nanoTime() - started);
  }

  /** Ends the other jobs; what had begun is repeated by the next open. */
  void close(Duration limit) {
    closing = true;
    long deadline = parts.host().time().nanoTime() + limit.toNanos();
    for (WorkerPool pool : new WorkerPool[] {compressions, uploads, hydrations}) {
      long left =
          Math.max(TimeUnit.MILLISECONDS.toNanos(1), deadline - parts.host().time().nanoTime());
      if (!pool.shutdown(Duration.ofNanos(left))) {
        log.info("background job was ended by close and is repeated at the next open");
      }
    }
  }
}
