package io.bop.aof.coordinator;

import io.bop.aof.AofException;
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
import io.bop.aof.segment.HotSegment;
import io.bop.aof.segment.SegmentBytes;
import io.bop.aof.segment.SegmentScan;
import io.bop.aof.segment.SegmentSealing;
import io.bop.aof.tier0.HotCopy;
import io.bop.aof.tier0.HotStream;
import io.bop.aof.tier0.WaitSet;
import io.bop.aof.tier1.CompressionProfiles;
import io.bop.aof.tier1.WarmFile;
import io.bop.aof.tier1.WarmSegmentReader;
import io.bop.aof.tier2.ObjectConflictException;
import io.bop.aof.tier2.Tier2;
import io.bop.aof.zstd.Sink;
import java.io.IOException;
import java.nio.ByteBuffer;
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

    /** The segment is sealed. */
    void sealed(HotStream stream, HotSegment segment, SegmentFooter footer);

    /** The name of the stream with that id. */
    String nameOf(long streamId);

    /** The segment cannot be sealed. */
    void sealFailed(HotStream stream, HotSegment segment, Throwable cause);
  }

  private static final Logger log = LoggerFactory.getLogger(SegmentWorkers.class);
  private static final int FETCH_SIZE = 1024 * 1024;

  private final Parts parts;
  private final Reports reports;
  private final long epoch;
  private final WorkerPool seals;
  private final WorkerPool compressions;
  private final WorkerPool uploads;
  private final WorkerPool hydrations;
  private volatile boolean closing;

  SegmentWorkers(Parts parts, Reports reports, long epoch) {
    this.parts = parts;
    this.reports = reports;
    this.epoch = epoch;
    var threads = parts.host().threads();
    this.seals = threads.pool("aof-seal", parts.config().flush().threads());
    this.compressions = threads.pool("aof-compress", parts.config().tier1().workers());
    this.uploads = threads.pool("aof-upload", parts.config().tier2().uploadConcurrency());
    this.hydrations = threads.pool("aof-hydrate", parts.config().hydration().workers());
  }

  // ---- seal

  void seal(HotStream stream, HotSegment segment) {
    seals.execute(
        () -> {
          try {
            reports.sealed(stream, segment, sealNow(stream, segment));
          } catch (IOException | RuntimeException e) {
            reports.sealFailed(stream, segment, e);
          }
        });
  }

  private SegmentFooter sealNow(HotStream stream, HotSegment segment) throws IOException {
    long end = segment.claimedOffset();
    long limit = parts.config().appendTimeout().toNanos();
    long deadline = parts.host().time().nanoTime() + limit;
    WaitSet.Outcome outcome =
        stream.waits().await(() -> stream.nextOffset() >= end, deadline, false);
    if (outcome != WaitSet.Outcome.DONE) {
      throw new AofException("claims did not commit in time: " + segment);
    }
    if (!stream.commits().await(end, limit)) {
      throw new AofException("segment did not become durable in time: " + segment);
    }
    if (!segment.tryLease()) {
      throw new AofException("segment is closed: " + segment);
    }
    try {
      return writeEnd(segment);
    } finally {
      segment.release();
    }
  }

  private SegmentFooter writeEnd(HotSegment segment) throws IOException {
    long dataEnd = HotSegment.positionOf(segment.committed());
    long size = segment.slot().size();
    SegmentScan.Result scan =
        SegmentScan.run(
            (position, dst, offset, length) -> segment.copy((int) position, dst, offset, length),
            segment.header().salt(),
            segment.baseOffset(),
            dataEnd);
    if (scan.reason() != null) {
      throw new MalformedException(scan.stoppedAt(), scan.reason());
    }
    SegmentFooter footer =
        SegmentSealing.footer(
            scan,
            segment.segmentId(),
            segment.header().salt(),
            segment.baseOffset(),
            size,
            parts.host().time().wallMicros(),
            0);
    byte[] end = SegmentSealing.encodeEnd(footer, scan.index(), size);
    segment.bytes().put((int) footer.indexPosition(), end);
    segment.mapping().force(footer.indexPosition(), size);
    return footer;
  }

  // ---- the other actions

  void start(SegmentAction action) {
    if (action instanceof SegmentAction.Compress a) {
      compressions.execute(() -> compress(a.entry(), a.profile()));
    } else if (action instanceof SegmentAction.Upload a) {
      uploads.execute(() -> upload(a.entry(), a.key()));
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
      reports.report(entry, new SegmentEvent.Compressed(file, profile.ordinal()));
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

  private void upload(SegmentEntry entry, String key) {
    Tier2 tier2 = parts.tier2();
    if (closing || tier2 == null) {
      reports.report(entry, new SegmentEvent.UploadFailed(key, ReasonCode.CANCELLED));
      return;
    }
    long started = parts.host().time().nanoTime();
    try {
      WarmFile file = warmFile(entry);
      var path = parts.warm().path(entry.streamId(), entry.segmentId());
      tier2.put(
          key, new ObjectBody.OfFile(path, file.bytes(), file.crc32c()), metadata(file.crc32c()));
      parts
          .config()
          .listener()
          .uploaded(name(entry), entry.segmentId(), file.bytes(), since(started));
      reports.report(entry, new SegmentEvent.Uploaded(key, "", file));
    } catch (IOException | RuntimeException | ObjectConflictException e) {
      failed(entry, "upload", e);
      reports.report(entry, new SegmentEvent.UploadFailed(key, reasonOf(e)));
    }
  }

  Map<String, String> metadata(int crc32c) {
    return Map.of(
        ObjectMetadata.CRC32C, ObjectMetadata.crc32cText(crc32c),
        ObjectMetadata.FORMAT, "1",
        ObjectMetadata.EPOCH, Long.toString(epoch));
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
                  sink -> fetch(tier2, key, entry.compressedBytes(), sink));
      parts
          .config()
          .listener()
          .hydrated(
              name(entry), entry.segmentId(), Tier.TIER2, Tier.TIER1, file.bytes(), since(started));
      reports.report(entry, new SegmentEvent.Hydrated(file));
    } catch (IOException | RuntimeException e) {
      failed(entry, "hydrate", e);
      reports.report(entry, new SegmentEvent.CompressionFailed(reasonOf(e)));
    }
  }

  private static void fetch(Tier2 tier2, String key, long size, Sink sink) throws IOException {
    byte[] part = new byte[(int) Math.min(FETCH_SIZE, size)];
    for (long position = 0; position < size; position += part.length) {
      int length = (int) Math.min(part.length, size - position);
      tier2.getRange(key, position, ByteBuffer.wrap(part, 0, length));
      sink.write(part, 0, length);
    }
  }

  /** Runs a short remote job, such as a delete or the upload of a chunk. */
  void remote(Runnable job) {
    uploads.execute(job);
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
    } else if (cause instanceof MalformedException || cause instanceof ObjectConflictException) {
      return ReasonCode.CORRUPT;
    }
    return ReasonCode.TRANSIENT;
  }

  private Duration since(long started) {
    return Duration.ofNanos(parts.host().time().nanoTime() - started);
  }

  /** Lets seals finish. */
  boolean closeSeals(Duration limit) {
    return seals.shutdown(limit);
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
