package io.bop.aof.follower;

import io.bop.aof.AofConfig;
import io.bop.aof.AofException;
import io.bop.aof.AofRecord;
import io.bop.aof.DrillReport;
import io.bop.aof.ReadOptions;
import io.bop.aof.SegmentState;
import io.bop.aof.Tier;
import io.bop.aof.io.DiskRoom;
import io.bop.aof.io.Host;
import io.bop.aof.io.Threads.WorkerPool;
import io.bop.aof.manifest.Ledger;
import io.bop.aof.manifest.LedgerInvariants;
import io.bop.aof.manifest.SegmentEntry;
import io.bop.aof.manifest.StreamLedger;
import io.bop.aof.read.ColdTier;
import io.bop.aof.read.FetchBudget;
import io.bop.aof.read.ReadCounts;
import io.bop.aof.read.ReadEvents;
import io.bop.aof.read.ReadView;
import io.bop.aof.read.SegmentCopies;
import io.bop.aof.read.StreamReader;
import io.bop.aof.tier0.HotSet;
import io.bop.aof.tier1.FrameCache;
import io.bop.aof.tier1.WarmFiles;
import io.bop.aof.tier2.ObjectFetch;
import io.bop.aof.tier2.Tier2;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rehearsal of a restore: rebuilds the catalogue from Tier 2 alone, fetches segments chosen at
 * random into a scratch directory, reads every record of them there, and removes them again. Writes
 * nothing to Tier 2.
 */
public final class RestoreDrill implements ReadEvents {

  private static final Logger log = LoggerFactory.getLogger(RestoreDrill.class);
  private static final long CACHE_BYTES = 4L * 1024 * 1024;
  private static final int FRAMES_AHEAD = 1;
  private static final Duration END_LIMIT = Duration.ofSeconds(5);

  private final Host host;
  private final AofConfig config;
  private final Tier2 tier2;
  private final WarmFiles warm;
  private final List<String> failures = new CopyOnWriteArrayList<>();
  private long chunk = -1;
  private int streams;
  private long segments;
  private int segmentsRead;
  private long recordsRead;
  private long bytesFetched;

  private RestoreDrill(Host host, AofConfig config, Tier2 tier2, Path scratch) {
    this.host = host;
    this.config = config;
    this.tier2 = tier2;
    // A scratch directory that is full fails the drill, and concerns nobody else.
    this.warm =
        new WarmFiles(
            host,
            scratch,
            new DiskRoom(host.disk(), config.reserveBytes(), DiskRoom.Listener.NONE));
  }

  /**
   * Runs one drill. What fails is in the report.
   *
   * @param scratch a directory of its own; what an earlier drill left there is removed
   */
  public static DrillReport run(Host host, AofConfig config, Tier2 tier2, Path scratch) {
    RestoreDrill drill = new RestoreDrill(host, config, tier2, scratch);
    Instant startedAt = Instant.EPOCH.plus(host.time().wallMicros(), ChronoUnit.MICROS);
    long started = host.time().nanoTime();
    try {
      drill.rehearse(scratch);
    } catch (IOException | RuntimeException e) {
      drill.failures.add("drill ended early: " + e.getMessage());
      log.warn("drill ended early", e);
    } finally {
      drill.warm.close();
    }
    DrillReport report =
        new DrillReport(
            startedAt,
            Duration.ofNanos(host.time().nanoTime() - started),
            drill.chunk,
            drill.streams,
            drill.segments,
            drill.segmentsRead,
            drill.recordsRead,
            drill.bytesFetched,
            drill.failures);
    tell(report);
    return report;
  }

  private static void tell(DrillReport report) {
    if (report.passed()) {
      log.info(
          "drill passed: chunk={} streams={} segments={} segmentsRead={} recordsRead={}"
              + " tookMillis={}",
          report.chunk(),
          report.streams(),
          report.segments(),
          report.segmentsRead(),
          report.recordsRead(),
          report.took().toMillis());
    } else {
      log.error("drill failed: failures={}", report.failures());
    }
  }

  private void rehearse(Path scratch) throws IOException {
    host.disk().createDirectories(scratch);
    warm.sweep();
    for (var left : warm.list()) {
      warm.delete(left.streamId(), left.segmentId());
    }
    FollowedManifest manifest = FollowedManifest.begin(BucketManifest.open(tier2));
    manifest.advanceToEnd();
    chunk = manifest.newestChunk();
    Ledger ledger = manifest.ledger();
    LedgerInvariants.checkAll(ledger);
    WorkerPool pool = host.threads().pool("aof-drill-read", 1);
    try {
      FrameCache cache = new FrameCache(host, CACHE_BYTES, pool::execute);
      ColdTier cold = new ColdTier(tier2, pool, new FetchBudget(CACHE_BYTES));
      SegmentCopies copies =
          new SegmentCopies(
              host,
              new HotSet(host),
              warm,
              cold,
              cache,
              new SegmentCopies.Ahead(pool, FRAMES_AHEAD));
      for (SegmentEntry entry : sample(archived(ledger))) {
        StreamLedger stream = ledger.stream(entry.streamId());
        if (stream != null) {
          rehearse(
              new ReadView(
                  host,
                  new FollowedTail(host, stream),
                  stream,
                  ledger::epoch,
                  copies,
                  this,
                  new ReadCounts()),
              entry);
        }
      }
    } finally {
      pool.shutdown(END_LIMIT);
    }
  }

  private List<SegmentEntry> archived(Ledger ledger) {
    List<SegmentEntry> found = new ArrayList<>();
    for (StreamLedger stream : ledger.streams()) {
      streams += stream.deleted() ? 0 : 1;
      for (SegmentEntry entry : stream.segments()) {
        if (entry.state() == SegmentState.UPLOADED && entry.in(Tier.TIER2)) {
          found.add(entry);
        }
      }
    }
    segments = found.size();
    return found;
  }

  private List<SegmentEntry> sample(List<SegmentEntry> all) {
    List<SegmentEntry> left = new ArrayList<>(all);
    List<SegmentEntry> chosen = new ArrayList<>();
    while (!left.isEmpty() && chosen.size() < config.drill().segments()) {
      int index = Math.floorMod(host.entropy().nextLong(), left.size());
      chosen.add(left.get(index));
      left.set(index, left.get(left.size() - 1));
      left.remove(left.size() - 1);
    }
    return chosen;
  }

  private void rehearse(ReadView view, SegmentEntry entry) throws IOException {
    try {
      warm.hydrate(
          entry.streamId(),
          entry.segmentId(),
          entry.compressedBytes(),
          entry.objectCrc(),
          sink -> ObjectFetch.run(tier2, entry.objectKey(), entry.compressedBytes(), sink));
      bytesFetched += entry.compressedBytes();
      recordsRead += read(view, entry);
      segmentsRead++;
    } catch (IOException | AofException e) {
      failures.add(
          "stream="
              + view.name()
              + " segment="
              + entry.segmentId()
              + " key="
              + entry.objectKey()
              + " reason="
              + e.getMessage());
    } finally {
      warm.delete(entry.streamId(), entry.segmentId());
    }
  }

  private static long read(ReadView view, SegmentEntry entry) {
    long records = 0;
    long from = Math.max(entry.baseOffset(), view.ledger().startOffset());
    try (StreamReader reader = new StreamReader(view, ReadOptions.defaults(), from, () -> false)) {
      while (reader.nextOffset() < entry.nextOffset()) {
        AofRecord record = reader.next();
        if (record == null || record.offset() >= entry.nextOffset()) {
          break;
        }
        records++;
      }
    }
    return records;
  }

  @Override
  public void coldRead(long streamId, long segmentId, boolean inPassing, int frameCount) {}

  @Override
  public void fetched(String stream, long segment, long bytes, Duration took, Duration since) {}

  @Override
  public void damaged(long streamId, long segmentId, Tier tier, String reason) {
    failures.add("streamId=" + streamId + " segment=" + segmentId + " reason=" + reason);
  }
}
