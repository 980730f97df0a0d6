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
import io.bop.aof.coordinator.SegmentAction.Verify;
import io.bop.aof.format.ManifestRecord;
import io.bop.aof.format.ObjectKeys;
import io.bop.aof.format.ReasonCode;
import io.bop.aof.format.SegmentFooter;
import io.bop.aof.manifest.SegmentEntry;
import io.bop.aof.tier1.WarmFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

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
 *
 * <p>A copy that somebody could not use is read as a whole before it is called lost. A lost one is
 * set aside once another one was read as a whole, and made again from that, see {@link
 * DamagedCopies}; the last ones stay where they are, because what is around the damages can be
 * read. The key of a lost object is given up for good: a delete of it may still be under way when
 * the next one is there.
 */
final class SegmentLifecycle {

  private SegmentLifecycle() {}

  /**
   * What a decision may depend on beside the segment itself.
   *
   * @param present tiers that have a file of it, whether the manifest counts on it or not
   * @param damaged tiers whose copy was found damaged since the open and is there all the same
   * @param tier2 whether there is a Tier 2
   * @param deleteQueued whether the delete of its object is announced
   * @param epoch of this writer
   * @param profile for the next compression
   * @param nowMicros wall time, for the records
   * @param jobId for the next compression
   */
  record Facts(
      Set<Tier> present,
      Set<Tier> damaged,
      boolean tier2,
      boolean deleteQueued,
      long epoch,
      CompressionProfile profile,
      long nowMicros,
      long jobId) {

    boolean hot() {
      return usable(Tier.TIER0);
    }

    boolean warm() {
      return usable(Tier.TIER1);
    }

    private boolean usable(Tier tier) {
      return present.contains(tier) && !damaged.contains(tier);
    }
  }

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

    static Decision of(SegmentJob job, SegmentAction action) {
      return new Decision(job, List.of(), false, List.of(action));
    }

    Decision afterRecording(ManifestRecord first) {
      List<ManifestRecord> all = new ArrayList<>();
      all.add(first);
      all.addAll(records);
      return new Decision(job, all, durableFirst, actions);
    }

    Decision and(SegmentAction action) {
      List<SegmentAction> all = new ArrayList<>(actions);
      all.add(action);
      return new Decision(job, records, durableFirst, all);
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
      return compressed(entry, e.file(), e.profile(), now);
    } else if (event instanceof SegmentEvent.CompressionFailed e) {
      return compressionFailed(entry, job, e.reason(), now);
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
      return uploadFailed(entry, e, now);
    } else if (event instanceof SegmentEvent.UploadConflict e) {
      return failed(entry, deleteQueued(entry, e.key(), now))
          .afterRecording(uploadFailed(entry, e.key(), ReasonCode.CORRUPT, now));
    } else if (event instanceof SegmentEvent.Hydrated e) {
      return hydrated(entry, e, now);
    } else if (event instanceof SegmentEvent.EvictHot) {
      return evictHot(entry, job, now);
    } else if (event instanceof SegmentEvent.EvictWarm) {
      return evictWarm(entry, job, facts);
    } else if (event instanceof SegmentEvent.Suspected e) {
      return suspected(entry, job, e.tier(), facts);
    } else if (event instanceof SegmentEvent.Verified e) {
      return verified(entry, e, facts);
    } else if (event instanceof SegmentEvent.Dropped) {
      return entry.state() == SegmentState.RETIRED
          ? Decision.nothing(SegmentJob.NONE)
          : waiting(entry);
    } else if (event instanceof SegmentEvent.NotVerified) {
      return waiting(entry);
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

  /* A warm file of other bytes has another key; what came of the upload of the old one is moot. */
  private static Decision compressed(SegmentEntry entry, WarmFile file, int profile, long now) {
    Decision done =
        recorded(
            new ManifestRecord.CompressionDone(
                entry.streamId(),
                entry.segmentId(),
                now,
                file.bytes(),
                file.crc32c(),
                file.frameCount(),
                profile));
    boolean otherKey =
        entry.state() == SegmentState.COMPRESSED
            && entry.uploadStarted()
            && entry.objectCrc() != file.crc32c();
    return otherKey ? done.afterRecording(deleteQueued(entry, entry.objectKey(), now)) : done;
  }

  /* Of a hydration too. What was read from may be what is wrong. */
  private static Decision compressionFailed(
      SegmentEntry entry, SegmentJob job, int reason, long now) {
    ManifestRecord record =
        new ManifestRecord.CompressionFailed(entry.streamId(), entry.segmentId(), now, reason);
    if (entry.state() == SegmentState.RETIRED) {
      return recorded(record);
    }
    boolean object = reason == ReasonCode.CORRUPT || reason == ReasonCode.OBJECT_MISSING;
    if (job == SegmentJob.HYDRATING && object) {
      return verifying(entry, Tier.TIER2).afterRecording(record);
    }
    return job == SegmentJob.COMPRESSING && reason == ReasonCode.TRANSIENT
        ? verifying(entry, Tier.TIER0).afterRecording(record)
        : failed(entry, record);
  }

  private static Decision verifying(SegmentEntry entry, Tier tier) {
    return Decision.of(SegmentJob.VERIFYING, new Verify(entry, tier));
  }

  private static Decision uploadFailed(
      SegmentEntry entry, SegmentEvent.UploadFailed event, long now) {
    ManifestRecord record = uploadFailed(entry, event.key(), event.reason(), now);
    if (entry.state() == SegmentState.RETIRED) {
      return recorded(record);
    }
    return event.fileSuspected()
        ? verifying(entry, Tier.TIER1).afterRecording(record)
        : failed(entry, record);
  }

  private static ManifestRecord uploadFailed(SegmentEntry entry, String key, int reason, long now) {
    return new ManifestRecord.UploadFailed(entry.streamId(), entry.segmentId(), now, key, reason);
  }

  private static ManifestRecord deleteQueued(SegmentEntry entry, String key, long now) {
    return new ManifestRecord.Tier2DeleteQueued(entry.streamId(), entry.segmentId(), now, key);
  }

  private static Decision advance(SegmentEntry entry, SegmentJob job, Facts facts) {
    if (job != SegmentJob.NONE || entry.state() == SegmentState.ACTIVE) {
      return Decision.nothing(job);
    }
    if (entry.state() == SegmentState.RETIRED || entry.isEmpty()) {
      return retire(entry, facts);
    }
    Decision next = nextStep(entry, facts);
    boolean readsCopy = next.job() != SegmentJob.NONE && next.job() != SegmentJob.UPLOADING;
    Tier witness = readsCopy ? null : DamagedCopies.witness(entry, facts);
    if (witness != null) {
      next = verifying(entry, witness);
    }
    // A lost hot copy is not made again: the manifest stops to count on it once its file is away.
    boolean elsewhere =
        (entry.in(Tier.TIER2) && facts.tier2()) || (entry.in(Tier.TIER1) && facts.warm());
    boolean away = entry.missing(Tier.TIER0) && !facts.present().contains(Tier.TIER0);
    return away && elsewhere
        ? next.afterRecording(evicted(entry, Tier.TIER0, facts.nowMicros()))
        : next;
  }

  private static Decision nextStep(SegmentEntry entry, Facts facts) {
    boolean wantsWarm = entry.state() == SegmentState.SEALED || entry.missing(Tier.TIER1);
    boolean wantsObject = facts.tier2() && entry.hasLostObject();
    if ((wantsWarm || wantsObject) && facts.warm()) {
      return verifying(entry, Tier.TIER1);
    }
    if ((wantsWarm || wantsObject) && facts.hot()) {
      return compress(entry, facts);
    }
    if (entry.state() == SegmentState.COMPRESSED && facts.tier2() && facts.warm()) {
      return upload(entry, facts);
    }
    if (facts.tier2() && (wantsWarm || wantsObject) && mayHydrate(entry, facts)) {
      return Decision.of(SegmentJob.HYDRATING, new Hydrate(entry));
    }
    return Decision.nothing(SegmentJob.NONE);
  }

  /* A lost object is tried after each open and now and then: it may have been brought back. */
  private static boolean mayHydrate(SegmentEntry entry, Facts facts) {
    boolean wasConfirmed = entry.hasLostObject() && entry.tailLength() > 0;
    return entry.in(Tier.TIER2) || (wasConfirmed && !facts.damaged().contains(Tier.TIER2));
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
            : key(entry, facts, entry.objectCrc(), entry.objectGeneration());
    ManifestRecord record =
        new ManifestRecord.UploadStarted(
            entry.streamId(), entry.segmentId(), facts.nowMicros(), key);
    return new Decision(
        SegmentJob.UPLOADING, List.of(record), true, List.of(new Upload(entry, key, null)));
  }

  private static String key(SegmentEntry entry, Facts facts, int crc32c, int generation) {
    return ObjectKeys.segment(
        new ObjectKeys.SegmentKey(
            entry.streamId(), entry.segmentId(), facts.epoch(), crc32c, generation));
  }

  /* The old key is given up first, unless this goes on with an upload that had begun already. */
  private static Decision uploadAgain(SegmentEntry entry, WarmFile file, Facts facts) {
    long now = facts.nowMicros();
    List<ManifestRecord> records = new ArrayList<>();
    if (!entry.in(Tier.TIER1)) {
      records.addAll(compressed(entry, file, facts.profile().ordinal(), now).records());
    }
    String key = entry.objectKey();
    if (entry.tailLength() > 0 || entry.objectCrc() != file.crc32c()) {
      records.add(deleteQueued(entry, key, now));
      key = key(entry, facts, file.crc32c(), entry.objectGeneration() + 1);
    }
    records.add(new ManifestRecord.UploadStarted(entry.streamId(), entry.segmentId(), now, key));
    return new Decision(SegmentJob.UPLOADING, records, true, List.of(new Upload(entry, key, file)));
  }

  private static Decision retire(SegmentEntry entry, Facts facts) {
    // The object first: with its last local copy the ledger forgets the segment and its key.
    Decision rest = forget(entry, facts);
    List<ManifestRecord> records = new ArrayList<>(rest.records());
    if (entry.in(Tier.TIER0)) {
      records.add(evicted(entry, Tier.TIER0, facts.nowMicros()));
    }
    if (entry.in(Tier.TIER1)) {
      records.add(evicted(entry, Tier.TIER1, facts.nowMicros()));
    }
    return new Decision(SegmentJob.NONE, records, true, rest.actions());
  }

  /**
   * What is left to do for a segment that the ledger does not list any more. An upload that was
   * begun may have left an object, whatever was heard of it.
   */
  static Decision forget(SegmentEntry entry, Facts facts) {
    List<ManifestRecord> records = new ArrayList<>();
    List<SegmentAction> actions = new ArrayList<>();
    if (entry.in(Tier.TIER0) || facts.present().contains(Tier.TIER0)) {
      actions.add(new ReleaseSlot(entry));
    }
    if (entry.in(Tier.TIER1) || facts.present().contains(Tier.TIER1)) {
      actions.add(new DeleteWarm(entry));
    }
    if (entry.uploadStarted() && !facts.deleteQueued()) {
      records.add(deleteQueued(entry, entry.objectKey(), facts.nowMicros()));
    }
    return new Decision(SegmentJob.NONE, records, true, actions);
  }

  private static ManifestRecord evicted(SegmentEntry entry, Tier tier, long now) {
    long bytes = tier == Tier.TIER0 ? entry.dataEnd() : entry.compressedBytes();
    return new ManifestRecord.LocalEvicted(
        entry.streamId(), entry.segmentId(), now, tier.ordinal(), entry.slot(), bytes);
  }

  private static Decision hydrated(SegmentEntry entry, SegmentEvent.Hydrated event, long now) {
    return entry.missing(Tier.TIER1) || entry.hasLostObject()
        ? compressed(entry, event.file(), CompressionProfile.BALANCED.ordinal(), now)
        : Decision.nothing(SegmentJob.NONE);
  }

  private static Decision evictHot(SegmentEntry entry, SegmentJob job, long now) {
    if (!entry.in(Tier.TIER0) || job == SegmentJob.COMPRESSING || job == SegmentJob.SEALING) {
      return Decision.nothing(job);
    }
    return new Decision(
        job, List.of(evicted(entry, Tier.TIER0, now)), true, List.of(new ReleaseSlot(entry)));
  }

  private static Decision evictWarm(SegmentEntry entry, SegmentJob job, Facts facts) {
    boolean idle = job == SegmentJob.NONE || job == SegmentJob.WAITING;
    if (!idle || DamagedCopies.files(entry, facts).contains(Tier.TIER1)) {
      return Decision.nothing(job);
    }
    List<ManifestRecord> records =
        entry.in(Tier.TIER1) ? List.of(evicted(entry, Tier.TIER1, facts.nowMicros())) : List.of();
    return new Decision(job, records, true, List.of(new DeleteWarm(entry)));
  }

  private static Decision suspected(SegmentEntry entry, SegmentJob job, Tier tier, Facts facts) {
    boolean idle = job == SegmentJob.NONE || job == SegmentJob.WAITING;
    boolean there =
        tier == Tier.TIER2
            ? entry.in(Tier.TIER2) && facts.tier2()
            : facts.present().contains(tier) && !facts.damaged().contains(tier);
    boolean living = entry.isSealed() && entry.state() != SegmentState.RETIRED;
    return idle && there && living ? verifying(entry, tier) : Decision.nothing(job);
  }

  private static Decision verified(SegmentEntry entry, SegmentEvent.Verified event, Facts facts) {
    if (entry.state() == SegmentState.RETIRED) {
      return Decision.nothing(SegmentJob.NONE);
    }
    WarmFile file = event.file();
    Decision next = file == null ? waiting(entry) : verifiedWarm(entry, file, facts);
    // Whether it is still believed: it may have been evicted since it was read.
    if (DamagedCopies.isBelieved(entry, event.tier(), facts)) {
      for (Tier damaged : DamagedCopies.files(entry, facts)) {
        next = next.and(new Quarantine(entry, damaged));
      }
    }
    return next;
  }

  private static Decision verifiedWarm(SegmentEntry entry, WarmFile file, Facts facts) {
    if (entry.hasLostObject() && facts.tier2()) {
      return uploadAgain(entry, file, facts);
    }
    boolean other = entry.state() == SegmentState.COMPRESSED && entry.objectCrc() != file.crc32c();
    boolean news = entry.state() == SegmentState.SEALED || entry.missing(Tier.TIER1) || other;
    return news
        ? compressed(entry, file, facts.profile().ordinal(), facts.nowMicros())
        : waiting(entry);
  }

  /* What failed and is intact all the same is not tried again at once. */
  private static Decision waiting(SegmentEntry entry) {
    return Decision.of(SegmentJob.WAITING, new RetryLater(entry));
  }

  /* The next Advance has the copy made again from another one, or another one looked at. */
  private static Decision copyLost(
      SegmentEntry entry, SegmentJob before, SegmentEvent.CopyLost event, Facts facts) {
    Tier tier = event.tier();
    SegmentJob job = before == SegmentJob.VERIFYING ? SegmentJob.NONE : before;
    boolean present = facts.present().contains(tier);
    boolean retired = entry.state() == SegmentState.RETIRED;
    if (retired || (!entry.in(tier) && !present)) {
      return Decision.nothing(job);
    }
    List<ManifestRecord> records =
        entry.in(tier)
            ? List.of(
                new ManifestRecord.NeedsRecovery(
                    entry.streamId(),
                    entry.segmentId(),
                    facts.nowMicros(),
                    tier.ordinal(),
                    event.reason()))
            : List.of();
    // What is only known of a file that is gone; there is nothing to lose.
    boolean gone = present && event.reason() == ReasonCode.OBJECT_MISSING;
    List<SegmentAction> actions = gone ? List.of(new Quarantine(entry, tier)) : List.of();
    return new Decision(job, records, true, actions);
  }
}
