package io.bop.aof.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.bop.aof.CompressionProfile;
import io.bop.aof.SegmentState;
import io.bop.aof.Tier;
import io.bop.aof.coordinator.SegmentLifecycle.Decision;
import io.bop.aof.coordinator.SegmentLifecycle.Facts;
import io.bop.aof.format.ManifestChunkHeader;
import io.bop.aof.format.ManifestRecord;
import io.bop.aof.format.ReasonCode;
import io.bop.aof.format.SegmentFooter;
import io.bop.aof.format.SegmentRow;
import io.bop.aof.manifest.Ledger;
import io.bop.aof.manifest.LedgerInvariants;
import io.bop.aof.manifest.SegmentEntry;
import io.bop.aof.segment.Slot;
import io.bop.aof.tier1.WarmFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** One segment beside a world of copies that really are there, some of them rotten or gone. */
final class SegmentWorld {

  private static final long STREAM = 1;
  private static final long SEGMENT = 1;
  private static final long RECORDS = 10;
  private static final long DATA_END = SegmentEntry.DATA_START + RECORDS * 100;
  private static final Slot SLOT = new Slot(7, Path.of("7.seg"), 1 << 20);

  final Ledger ledger = new Ledger(new UUID(1, 2));
  final Set<Tier> files = EnumSet.of(Tier.TIER0);
  final Set<Tier> rotten = EnumSet.noneOf(Tier.class);
  final Set<Tier> gone = EnumSet.noneOf(Tier.class);
  final Set<Tier> known = EnumSet.noneOf(Tier.class);
  final Set<String> deletedKeys = new HashSet<>();
  final Set<String> rottenObjects = new HashSet<>();
  final boolean tier2;
  /* What happened, in order; made into text only when it is told. */
  final List<Object> story = new ArrayList<>();
  SegmentJob job = SegmentJob.SEALING;
  SegmentAction action = new SegmentAction.RetryLater(entryOf());
  int written;

  SegmentWorld(boolean tier2) {
    this.tier2 = tier2;
    ledger.beginChunk(new ManifestChunkHeader(new UUID(1, 2), 4, 0, 1));
    record(new ManifestRecord.StreamCreated(STREAM, 1, "s", new byte[0]));
    record(new ManifestRecord.SegmentOpened(STREAM, SEGMENT, 1, SLOT.number(), 0, 0, 1));
  }

  private static SegmentEntry entryOf() {
    SegmentRow row = new SegmentRow();
    row.segmentId = SEGMENT;
    return SegmentEntry.of(STREAM, row);
  }

  SegmentEntry entry() {
    return ledger.segment(STREAM, SEGMENT);
  }

  boolean intact(Tier tier) {
    return files.contains(tier) && !rotten.contains(tier) && !gone.contains(tier);
  }

  boolean otherIsIntact(Tier tier) {
    return Arrays.stream(Tier.values()).anyMatch(other -> other != tier && intact(other));
  }

  WarmFile file() {
    return new WarmFile(STREAM, SEGMENT, 300 + written % 2, written % 3, 1, 40, DATA_END);
  }

  void record(ManifestRecord record) {
    story.add(record);
    if (record instanceof ManifestRecord.Tier2DeleteQueued r) {
      deletedKeys.add(r.key());
    } else if (record instanceof ManifestRecord.UploadStarted r) {
      assertThat(deletedKeys).doesNotContain(r.key());
    }
    LedgerInvariants.check(ledger, record);
    ledger.apply(record);
    LedgerInvariants.checkAll(ledger);
  }

  void happens(SegmentEvent event) {
    story.add(job);
    story.add(event);
    SegmentEntry entry = entry();
    if (entry == null) {
      return;
    }
    if (event instanceof SegmentEvent.CopyLost lost) {
      known.add(lost.tier());
    }
    Decision decision = SegmentLifecycle.decide(entry, job, event, facts(entry));
    decision.records().forEach(this::record);
    job = decision.job();
    decision.actions().forEach(this::perform);
    if (entry() != null) {
      assertThat(files.containsAll(entry().residency())).as("all copies are there").isTrue();
    }
    if (!(event instanceof SegmentEvent.Advance) && job == SegmentJob.NONE) {
      happens(new SegmentEvent.Advance());
    }
  }

  Set<Tier> localFiles() {
    Set<Tier> local = EnumSet.copyOf(files);
    local.remove(Tier.TIER2);
    return local;
  }

  Facts facts(SegmentEntry entry) {
    return new Facts(
        localFiles(),
        Set.copyOf(known),
        tier2,
        entry.uploadStarted() && ledger.pendingDeletes().containsKey(entry.objectKey()),
        1,
        CompressionProfile.BALANCED,
        2,
        ledger.nextJobId());
  }

  /* The ledger does not list it any more: its local files go all the same. */
  void forget(SegmentEntry was) {
    Decision rest = SegmentLifecycle.forget(was.retired(), facts(was));
    rest.records().forEach(this::record);
    rest.actions().forEach(this::perform);
  }

  void perform(SegmentAction next) {
    story.add(next);
    if (next instanceof SegmentAction.ReleaseSlot) {
      drop(Tier.TIER0);
    } else if (next instanceof SegmentAction.DeleteWarm) {
      drop(Tier.TIER1);
    } else if (next instanceof SegmentAction.Quarantine q) {
      assertThat(gone.contains(q.tier()) || otherIsIntact(q.tier()))
          .as("what is set aside is nowhere else: " + q.tier())
          .isTrue();
      drop(q.tier());
      happens(new SegmentEvent.Advance());
    } else {
      action = next;
    }
  }

  void drop(Tier tier) {
    files.remove(tier);
    made(tier);
    files.remove(tier);
  }

  void made(Tier tier) {
    files.add(tier);
    rotten.remove(tier);
    gone.remove(tier);
    known.remove(tier);
  }

  boolean isUnder(SegmentJob kind) {
    return job == kind;
  }

  /** Its seal is durable. */
  static SegmentEvent sealed() {
    SegmentFooter footer =
        new SegmentFooter(
            SEGMENT,
            5,
            0,
            RECORDS,
            DATA_END,
            9_000,
            1,
            1,
            2,
            5,
            false,
            0,
            77,
            SegmentFooter.SEALED);
    return new SegmentEvent.Sealed(footer, SLOT);
  }

  /** The job ends: well, when its source is there and whole. */
  void end(boolean well) {
    switch (job) {
      case NONE -> happens(new SegmentEvent.Advance());
      case SEALING -> happens(sealed());
      case COMPRESSING -> endCompression(well);
      case UPLOADING, UPLOADED -> endUpload(well);
      case HYDRATING -> endHydration(well);
      case VERIFYING -> endVerification(well);
      case WAITING -> {
        job = SegmentJob.NONE;
        happens(new SegmentEvent.Advance());
      }
    }
  }

  private void endCompression(boolean well) {
    if (files.contains(Tier.TIER0) && rotten.contains(Tier.TIER0)) {
      happens(new SegmentEvent.CopyLost(Tier.TIER0, ReasonCode.CORRUPT));
      happens(new SegmentEvent.CompressionFailed(ReasonCode.CORRUPT));
    } else if (well && intact(Tier.TIER0)) {
      written++;
      made(Tier.TIER1);
      happens(new SegmentEvent.Compressed(file(), 1));
    } else {
      happens(new SegmentEvent.CompressionFailed(ReasonCode.TRANSIENT));
    }
  }

  private void endUpload(boolean well) {
    SegmentAction.Upload upload = (SegmentAction.Upload) action;
    if (rottenObjects.contains(upload.key())) {
      happens(new SegmentEvent.UploadConflict(upload.key()));
    } else if (rotten.contains(Tier.TIER1)) {
      happens(new SegmentEvent.UploadFailed(upload.key(), ReasonCode.CORRUPT, true));
    } else if (well && intact(Tier.TIER1)) {
      made(Tier.TIER2);
      WarmFile file = upload.file() != null ? upload.file() : file();
      happens(new SegmentEvent.Uploaded(upload.key(), "e", file));
    } else {
      boolean file = gone.contains(Tier.TIER1);
      happens(new SegmentEvent.UploadFailed(upload.key(), ReasonCode.TRANSIENT, file));
    }
  }

  private void endHydration(boolean well) {
    if (well && intact(Tier.TIER2)) {
      made(Tier.TIER1);
      happens(new SegmentEvent.Hydrated(file()));
    } else if (!intact(Tier.TIER2)) {
      happens(new SegmentEvent.CompressionFailed(ReasonCode.OBJECT_MISSING));
    } else {
      happens(new SegmentEvent.CompressionFailed(ReasonCode.TRANSIENT));
    }
  }

  private void endVerification(boolean well) {
    Tier tier = ((SegmentAction.Verify) action).tier();
    if (!well) {
      happens(new SegmentEvent.NotVerified(tier));
    } else if (!files.contains(tier)) {
      happens(new SegmentEvent.Dropped(tier));
    } else if (gone.contains(tier)) {
      happens(new SegmentEvent.CopyLost(tier, ReasonCode.OBJECT_MISSING));
    } else if (rotten.contains(tier)) {
      happens(new SegmentEvent.CopyLost(tier, ReasonCode.CORRUPT));
    } else {
      happens(new SegmentEvent.Verified(tier, tier == Tier.TIER1 ? file() : null));
    }
  }

  void evict(boolean hot) {
    SegmentEntry entry = entry();
    boolean archived = entry.state() == SegmentState.UPLOADED && entry.in(Tier.TIER2);
    if (hot && entry.in(Tier.TIER0) && (archived || entry.in(Tier.TIER1))) {
      happens(new SegmentEvent.EvictHot());
    } else if (!hot && archived && files.contains(Tier.TIER1)) {
      happens(new SegmentEvent.EvictWarm());
    }
  }

  /** The object is brought back to Tier 1, where it is one more than the manifest knows of. */
  void hydrate() {
    job = SegmentJob.HYDRATING;
    end(true);
  }

  /** Any copy may rot or vanish at any time, the last one too. */
  void lose(Tier tier, boolean rots) {
    if (files.contains(tier) && entry().isSealed()) {
      (rots ? rotten : gone).add(tier);
      if (tier == Tier.TIER2 && entry().uploadStarted() && rots) {
        rottenObjects.add(entry().objectKey());
      }
      story.add(rots ? "rots" : "vanishes");
      story.add(tier);
    }
  }

  void truncate() {
    SegmentEntry was = entry();
    if (was.isSealed() && was.state() != SegmentState.RETIRED) {
      record(new ManifestRecord.StreamTruncated(STREAM, 3, RECORDS));
      if (entry() == null) {
        forget(was);
      } else {
        happens(new SegmentEvent.Advance());
      }
    }
  }

  /** What is known beside the manifest is forgotten, and what is done is broken off. */
  void reopen() {
    boolean object = isUnder(SegmentJob.UPLOADED) || isUnder(SegmentJob.SEALING);
    if (!object) {
      known.clear();
      job = SegmentJob.NONE;
      happens(new SegmentEvent.Advance());
    }
  }

  void settle() {
    for (int step = 0; step < 30 && entry() != null; step++) {
      end(true);
    }
  }
}
