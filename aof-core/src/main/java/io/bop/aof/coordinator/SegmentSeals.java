package io.bop.aof.coordinator;

import io.bop.aof.AofException;
import io.bop.aof.FlushFailedException;
import io.bop.aof.format.MalformedException;
import io.bop.aof.format.SegmentFooter;
import io.bop.aof.io.NoSpaceException;
import io.bop.aof.io.Threads.WorkerPool;
import io.bop.aof.segment.HotSegment;
import io.bop.aof.segment.SegmentScan;
import io.bop.aof.segment.SegmentSealing;
import io.bop.aof.segment.Slot;
import io.bop.aof.tier0.GroupCommit;
import io.bop.aof.tier0.HotStream;
import io.bop.aof.tier0.SegmentCopier;
import io.bop.aof.tier0.WaitSet;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Seals segments that take no more records, on a bounded pool. Thread-safe.
 *
 * <p>A segment whose file could not be forced is sealed too: as a copy in another slot. The records
 * of the stream that wait for the disk wait for that.
 */
final class SegmentSeals {

  /** Takes what came of it. Must return at once. */
  interface Reports {
    /** The segment is sealed, in this slot: its own one, or that of its copy. */
    void sealed(HotStream stream, HotSegment segment, Slot slot, SegmentFooter footer);

    /** The segment cannot be sealed; its stream takes no more appends. */
    void sealFailed(HotStream stream, HotSegment segment, AofException cause);
  }

  private static final Logger log = LoggerFactory.getLogger(SegmentSeals.class);
  private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Parts parts;
  private final Reports reports;
  private final WorkerPool pool;
  private final SegmentCopier copier;
  private final long limitNanos;
  private volatile boolean closing;

  SegmentSeals(Parts parts, Reports reports) {
    this.parts = parts;
    this.reports = reports;
    this.limitNanos = parts.config().appendTimeout().toNanos();
    this.pool = parts.host().threads().pool("aof-seal", parts.config().flush().threads());
    this.copier = new SegmentCopier(parts.host(), parts.slots(), limitNanos);
  }

  /** Has the segment sealed. */
  void seal(HotStream stream, HotSegment segment) {
    pool.execute(() -> run(stream, segment));
  }

  private void run(HotStream stream, HotSegment segment) {
    try {
      if (!claimsSettle(stream, segment)) {
        poison(stream, segment);
        return;
      }
      if (becomesDurable(stream, segment)) {
        sealInPlace(stream, segment);
      } else {
        sealCopy(stream, segment);
      }
    } catch (AofException e) {
      reports.sealFailed(stream, segment, e);
    } catch (RuntimeException e) {
      reports.sealFailed(
          stream, segment, new AofException("segment cannot be sealed: " + segment, e));
    } catch (Error e) {
      abandon(stream, segment, e);
      throw e;
    }
  }

  private boolean claimsSettle(HotStream stream, HotSegment segment) {
    long end = segment.claimedOffset();
    return await(stream, () -> stream.nextOffset() >= end || stream.poisoned() != null)
        && stream.nextOffset() >= end;
  }

  /* A segment with a hole is not sealed: what is before the hole is made durable, no more. */
  private void poison(HotStream stream, HotSegment segment) {
    AofException poison = stream.poison();
    if (stream.commits().isBroken(segment)) {
      abandon(stream, segment, poison);
      return;
    }
    long end = stream.nextOffset();
    stream.commits().request();
    await(
        stream,
        () -> stream.commits().durableOffset() >= end || stream.commits().failure() != null);
    reports.sealFailed(stream, segment, poison);
  }

  /* False: a force of it failed. A disk that is slow is waited for, whatever it takes. */
  private boolean becomesDurable(HotStream stream, HotSegment segment) {
    GroupCommit commits = stream.commits();
    long end = segment.claimedOffset();
    BooleanSupplier decided =
        () ->
            commits.durableOffset() >= end
                || commits.isBroken(segment)
                || commits.failure() != null;
    commits.request();
    while (!await(stream, decided)) {
      if (closing) {
        throw new AofException("segment did not become durable in time: " + segment);
      }
    }
    AofException failure = commits.failure();
    if (failure != null && commits.durableOffset() < end) {
      throw failure;
    }
    return commits.durableOffset() >= end;
  }

  private boolean await(HotStream stream, BooleanSupplier condition) {
    long deadline = parts.host().time().nanoTime() + limitNanos;
    return stream.waits().await(condition, deadline, false) == WaitSet.Outcome.DONE;
  }

  // ---- in its own slot

  private void sealInPlace(HotStream stream, HotSegment segment) {
    SegmentFooter footer;
    try {
      footer = writeEnd(segment);
    } catch (IOException e) {
      log.warn("footer could not be forced, the segment is written anew: {}", segment, e);
      sealCopy(stream, segment);
      return;
    }
    reports.sealed(stream, segment, segment.slot(), footer);
  }

  private SegmentFooter writeEnd(HotSegment segment) throws IOException {
    if (!segment.tryLease()) {
      throw new AofException("segment is closed: " + segment);
    }
    try {
      long size = segment.slot().size();
      SegmentScan.Result scan = scan(segment);
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
    } finally {
      segment.release();
    }
  }

  private static SegmentScan.Result scan(HotSegment segment) throws IOException {
    SegmentScan.Result scan =
        SegmentScan.run(
            (position, dst, offset, length) -> segment.copy((int) position, dst, offset, length),
            segment.header().salt(),
            segment.baseOffset(),
            HotSegment.positionOf(segment.committed()));
    if (scan.reason() != null) {
      throw new MalformedException(scan.stoppedAt(), scan.reason());
    }
    return scan;
  }

  // ---- in another one

  private void sealCopy(HotStream stream, HotSegment segment) {
    SegmentCopier.Copy copy;
    try {
      copy = copier.copy(segment, () -> closing);
    } catch (NoSpaceException e) {
      copyLater(stream, segment, e);
      return;
    } catch (IOException | RuntimeException e) {
      abandon(stream, segment, e);
      return;
    }
    log.warn(
        "segment was written anew after its force had failed: stream={} {} slot={} newSlot={}",
        stream.name(),
        segment,
        segment.slot().number(),
        copy.slot().number());
    stream.commits().rewritten(segment);
    reports.sealed(stream, segment, copy.slot(), copy.footer());
  }

  /* A full disk gets room again; appends wait for that no longer than their deadlines. */
  private void copyLater(HotStream stream, HotSegment segment, NoSpaceException cause) {
    if (closing) {
      abandon(stream, segment, cause);
      return;
    }
    parts
        .host()
        .threads()
        .schedule(RETRY_NANOS, () -> pool.execute(() -> sealCopy(stream, segment)));
  }

  private void abandon(HotStream stream, HotSegment segment, Throwable cause) {
    FlushFailedException failed =
        new FlushFailedException(
            stream.name(), segment.segmentId(), stream.commits().durableOffset(), cause);
    stream.commits().abandon(failed);
    reports.sealFailed(stream, segment, failed);
  }

  /** Lets seals finish; false when they did not in time. */
  boolean close(Duration limit) {
    boolean finished = pool.shutdown(limit);
    closing = true;
    return finished;
  }
}
