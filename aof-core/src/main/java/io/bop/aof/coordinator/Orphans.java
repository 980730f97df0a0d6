package io.bop.aof.coordinator;

import io.bop.aof.OrphanReport;
import io.bop.aof.OrphanReport.Orphan;
import io.bop.aof.StaleWriterException;
import io.bop.aof.format.ManifestRecord;
import io.bop.aof.format.ObjectKeys;
import io.bop.aof.format.ObjectKeys.SegmentKey;
import io.bop.aof.manifest.Ledger;
import io.bop.aof.manifest.SegmentEntry;
import io.bop.aof.objectstore.ObjectPage;
import io.bop.aof.objectstore.ObjectStoreException;
import io.bop.aof.objectstore.ObjectSummary;
import io.bop.aof.tier2.ObjectConflictException;
import io.bop.aof.tier2.Tier2;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Compares what a listing of Tier 2 shows with the ledger. Only an operator asks for it: it is the
 * one place that lists. Confined to the coordinator but for {@link #list}.
 */
final class Orphans {

  /** Told of one by one, and deleted at one go, at most so many. */
  static final int MOST = 10_000;

  private static final int PAGE = 1_000;

  private final Parts parts;
  private final Ledger ledger;
  private final long epoch;

  Orphans(Parts parts, Ledger ledger, long epoch) {
    this.parts = parts;
    this.ledger = ledger;
    this.epoch = epoch;
  }

  /** What a listing showed. */
  record Listing(List<ObjectSummary> objects) {}

  /** Lists all segment objects, a page at a time. Blocks; any thread but the coordinator's. */
  static Listing list(Tier2 tier2) throws ObjectStoreException {
    List<ObjectSummary> all = new ArrayList<>();
    @Nullable String after = null;
    boolean more = true;
    while (more) {
      ObjectPage page = tier2.list(ObjectKeys.SEGMENTS_FOLDER, after, PAGE);
      all.addAll(page.objects());
      more = page.more() && !page.objects().isEmpty();
      after = more ? page.objects().get(page.objects().size() - 1).key() : null;
    }
    return new Listing(all);
  }

  /** Keys that are about to go; taken before the listing, for they may be gone behind it. */
  Set<String> going() {
    return new HashSet<>(ledger.pendingDeletes().keySet());
  }

  /**
   * What the listing shows that no record names. An upload is recorded before it begins, so one
   * that began since is known by now.
   */
  OrphanReport compare(Listing listing, Set<String> going) {
    List<Orphan> orphans = new ArrayList<>();
    long bytes = 0;
    long count = 0;
    long orphanBytes = 0;
    long foreign = 0;
    for (ObjectSummary object : listing.objects()) {
      bytes += object.size();
      Optional<SegmentKey> key = ObjectKeys.parseSegment(object.key());
      if (key.isEmpty()) {
        foreign++;
      } else if (!going.contains(object.key()) && !isKnown(object.key(), key.get())) {
        count++;
        orphanBytes += object.size();
        if (orphans.size() < MOST) {
          orphans.add(new Orphan(object.key(), object.size(), key.get().epoch()));
        }
      }
    }
    return new OrphanReport(
        listing.objects().size() - foreign, bytes, orphans, count, orphanBytes, foreign, 0);
  }

  private boolean isKnown(String key, SegmentKey parsed) {
    SegmentEntry entry = ledger.segment(parsed.streamId(), parsed.segmentId());
    return (entry != null && entry.hasObject(key))
        || ledger.pendingUploads().containsKey(key)
        || ledger.pendingDeletes().containsKey(key);
  }

  /** The first key of a writer that came after this one; null: there is none. */
  @Nullable ObjectConflictException newerWriter(OrphanReport report) {
    for (Orphan orphan : report.orphans()) {
      if (orphan.epoch() > epoch) {
        return new ObjectConflictException(
            orphan.key(), "epoch=" + orphan.epoch() + " thisWriter=" + epoch);
      }
    }
    return null;
  }

  /** The intents that let {@link Deletions} delete them, when they are in the bucket. */
  List<ManifestRecord> intents(OrphanReport report) {
    long now = parts.host().time().wallMicros();
    List<ManifestRecord> intents = new ArrayList<>();
    for (Orphan orphan : report.orphans()) {
      SegmentKey key = ObjectKeys.parseSegment(orphan.key()).orElseThrow();
      intents.add(
          new ManifestRecord.Tier2DeleteQueued(key.streamId(), key.segmentId(), now, orphan.key()));
    }
    return intents;
  }

  /** The same with the deletes that were queued. */
  static OrphanReport queued(OrphanReport report, long count) {
    return new OrphanReport(
        report.objects(),
        report.bytes(),
        report.orphans(),
        report.orphanCount(),
        report.orphanBytes(),
        report.foreignKeys(),
        count);
  }

  StaleWriterException stale(ObjectConflictException cause) {
    return new StaleWriterException(epoch, cause.key(), cause);
  }
}
