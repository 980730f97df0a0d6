package io.bop.aof.coordinator;

import io.bop.aof.CompressionProfile;
import io.bop.aof.SegmentState;
import io.bop.aof.Tier;
import io.bop.aof.coordinator.SegmentAction.Compress;
import io.bop.aof.coordinator.SegmentAction.DeleteWarm;
import io.bop.aof.coordinator.SegmentAction.Hydrate;
import io.bop.aof.coordinator.SegmentAction.Quarantine;
import io.bop.aof.coordinator.SegmentAction.ReleaseSlot;
import io.bop.aof.coordinator.SegmentAction.RetryLater;
import io.bop.aof.coordinator.SegmentAction.Upload;
import io.bop.aof.format.ManifestRecord;
import io.bop.aof.format.ObjectKeys;
import io.bop.aof.format.ReasonCode;
import io.bop.aof.format.SegmentFooter;
import io.bop.aof.manifest.SegmentEntry;
import java.util.ArrayList;
import java.util.List;

/**
 * The life of a segment as a pure function: what is known and what happened give what to record and
 * what to do. No thread, clock or file in it.
 *
 * <pre>
 *   ACTIVE --Sealed--&gt; SEALED --Compressed--&gt; COMPRESSED --Uploaded--&gt; UPLOADED
 *                        |                        |                       |
 *                        +------ truncated, expired or deleted: RETIRED --+
 * </pre>
 *
 * State is how far it has come; copies come and go beside it. A record that permits destroying
 * bytes is durable before they are destroyed, and an intent before the remote call: {@link
 * Decision#durableFirst}.
 */
final class SegmentLifecycle {

  private SegmentLifecycle() {}

  /**
   * What a decision may depend on beside the segment itself.
   *
   * @param hotCopy whether Tier 0 has a copy that can be read
   * @param warmCopy whether Tier 1 has a file
   * @param tier2 whether there is a Tier 2
   * @param epoch of this writer
   * @param profile for the next compression
   * @param nowMicros wall time, for the records
   * @param jobId for the next compression
   */
  record Facts(
      boolean hotCopy,
      boolean warmCopy,
      boolean tier2,
      long epoch,
      CompressionProfile profile,
      long nowMicros,
      long jobId) {}

  /**
   * What follows.
   *
   * @param job what is being done for the segment from now on
   * @param records to append to the manifest, in this order
   * @param durableFirst whether they must be durable before the actions begin
   * @param actions to begin
   */
  record Decision(
      SegmentJob job,
      List<ManifestRecord> records,
      boolean durableFirst,
      List<SegmentAction> actions) {

    static Decision nothing(SegmentJob job) {
      return new Decision(job, List.of(), false, List.of());
    }

    Decision afterRecording(ManifestRecord first) {
      List<ManifestRecord> all = new ArrayList<>();
      all.add(first);
      all.addAll(records);
      return new Decision(job, all, durableFirst, actions);
    }
  }

  static Decision decide(SegmentEntry entry, SegmentJob job, SegmentEvent event, Facts facts) {
    long stream = entry.streamId();
    long segment = entry.segmentId();
    long now = facts.nowMicros();
    if (event instanceof SegmentEvent.Advance) {
      return advance(entry, job, facts);
    } else if (event instanceof SegmentEvent.Sealed e) {
      return recorded(sealed(entry, e, now));
    } else if (event instanceof SegmentEvent.Compressed e) {
      return recorded(compressed(stream, segment, now, e));
    } else if (event instanceof SegmentEvent.CompressionFailed e) {
      return failed(entry, new ManifestRecord.CompressionFailed(stream, segment, now, e.reason()));
    } else if (event instanceof SegmentEvent.Uploaded e) {
      return recorded(
          new ManifestRecord.UploadDone(
              stream,
              segment,
              now,
              e.key(),
              e.etag(),
              e.file().crc32c(),
              e.file().bytes(),
              e.file().tailLength()));
    } else if (event instanceof SegmentEvent.UploadFailed e) {
      return failed(
          entry, new ManifestRecord.UploadFailed(stream, segment, now, e.key(), e.reason()));
    } else if (event instanceof SegmentEvent.Hydrated e) {
      return hydrated(entry, e, now);
    } else if (event instanceof SegmentEvent.EvictHot) {
      return evictHot(entry, job, now);
    } else if (event instanceof SegmentEvent.EvictWarm) {
      return evictWarm(entry, job, now);
    } else if (event instanceof SegmentEvent.CopyLost e) {
      return copyLost(entry, job, e, facts);
    } else if (event instanceof SegmentEvent.ObjectDeleted e) {
      return recorded(new ManifestRecord.Tier2Deleted(stream, segment, now, e.key()));
    }
    throw new IllegalArgumentException("unknown event: " + event);
  }

  private static Decision recorded(ManifestRecord record) {
    return new Decision(SegmentJob.NONE, List.of(record), false, List.of());
  }

  private static Decision failed(SegmentEntry entry, ManifestRecord record) {
    return new Decision(SegmentJob.WAITING, List.of(record), false, List.of(new RetryLater(entry)));
  }

  private static ManifestRecord sealed(SegmentEntry entry, SegmentEvent.Sealed event, long now) {
    SegmentFooter footer = event.footer();
    boolean any = footer.minTimestamp() <= footer.maxTimestamp();
    return new ManifestRecord.SegmentSealed(
        entry.streamId(),
        entry.segmentId(),
        now,
        event.slot().number(),
        footer.recordCount(),
        footer.dataEnd(),
        footer.recordsCrc(),
        any ? footer.minTimestamp() : 0,
        any ? footer.maxTimestamp() : 0,
        footer.hasLastExtId(),
        footer.lastExtId(),
        footer.flags());
  }

  private static ManifestRecord compressed(
      long stream, long segment, long now, SegmentEvent.Compressed event) {
    return new ManifestRecord.CompressionDone(
        stream,
        segment,
        now,
        event.file().bytes(),
        event.file().crc32c(),
        event.file().frameCount(),
        event.profile());
  }

  private static Decision advance(SegmentEntry entry, SegmentJob job, Facts facts) {
    if (job != SegmentJob.NONE || entry.state() == SegmentState.ACTIVE) {
      return Decision.nothing(job);
    }
    if (entry.state() == SegmentState.RETIRED || entry.isEmpty()) {
      return retire(entry, facts);
    }
    Decision next = nextStep(entry, facts);
    return isHotCopyGivenUp(entry, facts)
        ? next.afterRecording(evicted(entry, Tier.TIER0, facts.nowMicros()))
        : next;
  }

  /* A lost hot copy is not made again: where another copy is, the manifest stops to count on it. */
  private static boolean isHotCopyGivenUp(SegmentEntry entry, Facts facts) {
    return entry.missing(Tier.TIER0)
        && (entry.in(Tier.TIER2) || (entry.in(Tier.TIER1) && facts.warmCopy()));
  }

  private static Decision nextStep(SegmentEntry entry, Facts facts) {
    boolean needsWarm = entry.state() == SegmentState.SEALED || entry.missing(Tier.TIER1);
    if (needsWarm && facts.hotCopy()) {
      return compress(entry, facts);
    }
    if (entry.state() == SegmentState.COMPRESSED && facts.tier2() && facts.warmCopy()) {
      return upload(entry, facts);
    }
    if (entry.missing(Tier.TIER1) && entry.in(Tier.TIER2) && facts.tier2()) {
      return new Decision(SegmentJob.HYDRATING, List.of(), false, List.of(new Hydrate(entry)));
    }
    return Decision.nothing(SegmentJob.NONE);
  }

  private static Decision compress(SegmentEntry entry, Facts facts) {
    ManifestRecord record =
        new ManifestRecord.CompressionStarted(
            entry.streamId(),
            entry.segmentId(),
            facts.nowMicros(),
            facts.jobId(),
            facts.profile().ordinal());
    return new Decision(
        SegmentJob.COMPRESSING,
        List.of(record),
        false,
        List.of(new Compress(entry, facts.profile())));
  }

  private static Decision upload(SegmentEntry entry, Facts facts) {
    String key =
        entry.uploadStarted()
            ? entry.objectKey()
            : ObjectKeys.segment(
                entry.streamId(), entry.segmentId(), facts.epoch(), entry.objectCrc());
    ManifestRecord record =
        new ManifestRecord.UploadStarted(
            entry.streamId(), entry.segmentId(), facts.nowMicros(), key);
    return new Decision(
        SegmentJob.UPLOADING, List.of(record), true, List.of(new Upload(entry, key)));
  }

  private static Decision retire(SegmentEntry entry, Facts facts) {
    List<ManifestRecord> records = new ArrayList<>();
    List<SegmentAction> actions = new ArrayList<>();
    if (entry.in(Tier.TIER0)) {
      records.add(evicted(entry, Tier.TIER0, facts.nowMicros()));
      actions.add(new ReleaseSlot(entry));
    }
    if (entry.in(Tier.TIER1)) {
      records.add(evicted(entry, Tier.TIER1, facts.nowMicros()));
    }
    if (entry.in(Tier.TIER1) || facts.warmCopy()) {
      actions.add(new DeleteWarm(entry));
    }
    if (entry.in(Tier.TIER2)) {
      records.add(
          new ManifestRecord.Tier2DeleteQueued(
              entry.streamId(), entry.segmentId(), facts.nowMicros(), entry.objectKey()));
    }
    return new Decision(SegmentJob.NONE, records, true, actions);
  }

  private static ManifestRecord evicted(SegmentEntry entry, Tier tier, long now) {
    long bytes = tier == Tier.TIER0 ? entry.dataEnd() : entry.compressedBytes();
    return new ManifestRecord.LocalEvicted(
        entry.streamId(), entry.segmentId(), now, tier.ordinal(), entry.slot(), bytes);
  }

  private static Decision hydrated(SegmentEntry entry, SegmentEvent.Hydrated event, long now) {
    if (!entry.missing(Tier.TIER1)) {
      return Decision.nothing(SegmentJob.NONE);
    }
    SegmentEvent.Compressed again =
        new SegmentEvent.Compressed(event.file(), CompressionProfile.BALANCED.ordinal());
    return recorded(compressed(entry.streamId(), entry.segmentId(), now, again));
  }

  private static Decision evictHot(SegmentEntry entry, SegmentJob job, long now) {
    if (!entry.in(Tier.TIER0) || job == SegmentJob.COMPRESSING || job == SegmentJob.SEALING) {
      return Decision.nothing(job);
    }
    return new Decision(
        job, List.of(evicted(entry, Tier.TIER0, now)), true, List.of(new ReleaseSlot(entry)));
  }

  private static Decision evictWarm(SegmentEntry entry, SegmentJob job, long now) {
    if (job == SegmentJob.UPLOADING || job == SegmentJob.HYDRATING) {
      return Decision.nothing(job);
    }
    List<ManifestRecord> records =
        entry.in(Tier.TIER1) ? List.of(evicted(entry, Tier.TIER1, now)) : List.of();
    return new Decision(job, records, true, List.of(new DeleteWarm(entry)));
  }

  /* A damaged copy is set aside; the next Advance has it made again from another one. */
  private static Decision copyLost(
      SegmentEntry entry, SegmentJob job, SegmentEvent.CopyLost event, Facts facts) {
    if (!entry.in(event.tier())) {
      // Evicted under a reader, and so not lost; or a warm file that the manifest does not count
      // on.
      boolean surplus = event.tier() == Tier.TIER1 && facts.warmCopy();
      return surplus
          ? new Decision(job, List.of(), false, List.of(new Quarantine(entry, Tier.TIER1)))
          : Decision.nothing(job);
    }
    ManifestRecord record =
        new ManifestRecord.NeedsRecovery(
            entry.streamId(),
            entry.segmentId(),
            facts.nowMicros(),
            event.tier().ordinal(),
            event.reason());
    boolean file = event.tier() != Tier.TIER2 && event.reason() == ReasonCode.CORRUPT;
    List<SegmentAction> actions = file ? List.of(new Quarantine(entry, event.tier())) : List.of();
    return new Decision(job, List.of(record), true, actions);
  }
}
