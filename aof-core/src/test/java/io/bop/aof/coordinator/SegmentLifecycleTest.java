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
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Walks one segment through random events, beside a world of copies that really are there. */
class SegmentLifecycleTest {

  private static final long STREAM = 1;
  private static final long SEGMENT = 1;
  private static final long RECORDS = 10;
  private static final long DATA_END = SegmentEntry.DATA_START + RECORDS * 100;
  private static final Slot SLOT = new Slot(7, Path.of("7.seg"), 1 << 20);

  /** The segment, its ledger, its job, and the copies there are. */
  private static final class World {
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

    World(boolean tier2) {
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

    Facts facts(SegmentEntry entry) {
      Set<Tier> local = EnumSet.copyOf(files);
      local.remove(Tier.TIER2);
      return new Facts(
          local,
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
        boolean otherwise = !entry().residency().isEmpty() || files.size() > 1;
        assertThat(otherwise || gone.contains(q.tier())).as("a last copy is set aside").isTrue();
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
  }

  private static SegmentEvent sealed() {
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

  /* The job ends: well, when its source is there and whole. */
  private static void end(World world, boolean well) {
    switch (world.job) {
      case NONE -> world.happens(new SegmentEvent.Advance());
      case SEALING -> world.happens(sealed());
      case COMPRESSING -> endCompression(world, well);
      case UPLOADING, UPLOADED -> endUpload(world, well);
      case HYDRATING -> endHydration(world, well);
      case VERIFYING -> endVerification(world, well);
      case WAITING -> {
        world.job = SegmentJob.NONE;
        world.happens(new SegmentEvent.Advance());
      }
    }
  }

  private static void endCompression(World world, boolean well) {
    if (world.files.contains(Tier.TIER0) && world.rotten.contains(Tier.TIER0)) {
      world.happens(new SegmentEvent.CopyLost(Tier.TIER0, ReasonCode.CORRUPT));
      world.happens(new SegmentEvent.CompressionFailed(ReasonCode.CORRUPT));
    } else if (well && world.intact(Tier.TIER0)) {
      world.written++;
      world.made(Tier.TIER1);
      world.happens(new SegmentEvent.Compressed(world.file(), 1));
    } else {
      world.happens(new SegmentEvent.CompressionFailed(ReasonCode.TRANSIENT));
    }
  }

  private static void endUpload(World world, boolean well) {
    SegmentAction.Upload upload = (SegmentAction.Upload) world.action;
    if (world.rottenObjects.contains(upload.key())) {
      world.happens(new SegmentEvent.UploadConflict(upload.key()));
    } else if (world.rotten.contains(Tier.TIER1)) {
      world.happens(new SegmentEvent.UploadFailed(upload.key(), ReasonCode.CORRUPT, true));
    } else if (well && world.intact(Tier.TIER1)) {
      world.made(Tier.TIER2);
      WarmFile file = upload.file() != null ? upload.file() : world.file();
      world.happens(new SegmentEvent.Uploaded(upload.key(), "e", file));
    } else {
      boolean file = world.gone.contains(Tier.TIER1);
      world.happens(new SegmentEvent.UploadFailed(upload.key(), ReasonCode.TRANSIENT, file));
    }
  }

  private static void endHydration(World world, boolean well) {
    if (well && world.intact(Tier.TIER2)) {
      world.made(Tier.TIER1);
      world.happens(new SegmentEvent.Hydrated(world.file()));
    } else if (!world.intact(Tier.TIER2)) {
      world.happens(new SegmentEvent.CompressionFailed(ReasonCode.OBJECT_MISSING));
    } else {
      world.happens(new SegmentEvent.CompressionFailed(ReasonCode.TRANSIENT));
    }
  }

  private static void endVerification(World world, boolean well) {
    Tier tier = ((SegmentAction.Verify) world.action).tier();
    if (!well) {
      world.happens(new SegmentEvent.NotVerified(tier));
    } else if (!world.files.contains(tier)) {
      world.happens(new SegmentEvent.Verified(tier, null));
    } else if (world.gone.contains(tier)) {
      world.happens(new SegmentEvent.CopyLost(tier, ReasonCode.OBJECT_MISSING));
    } else if (world.rotten.contains(tier)) {
      world.happens(new SegmentEvent.CopyLost(tier, ReasonCode.CORRUPT));
    } else {
      world.happens(new SegmentEvent.Verified(tier, tier == Tier.TIER1 ? world.file() : null));
    }
  }

  private static void evict(World world, boolean hot) {
    SegmentEntry entry = world.entry();
    boolean archived = entry.state() == SegmentState.UPLOADED && entry.in(Tier.TIER2);
    if (hot && entry.in(Tier.TIER0) && (archived || entry.in(Tier.TIER1))) {
      world.happens(new SegmentEvent.EvictHot());
    } else if (!hot && archived && world.files.contains(Tier.TIER1)) {
      world.happens(new SegmentEvent.EvictWarm());
    }
  }

  /* Any copy may rot or vanish at any time, the last one too. */
  private static void lose(World world, Tier tier, boolean rots) {
    if (world.files.contains(tier) && world.entry().isSealed()) {
      (rots ? world.rotten : world.gone).add(tier);
      if (tier == Tier.TIER2 && world.entry().uploadStarted() && rots) {
        world.rottenObjects.add(world.entry().objectKey());
      }
      world.story.add(rots ? "rots" : "vanishes");
      world.story.add(tier);
    }
  }

  private static void truncate(World world) {
    SegmentEntry was = world.entry();
    if (was.isSealed() && was.state() != SegmentState.RETIRED) {
      world.record(new ManifestRecord.StreamTruncated(STREAM, 3, RECORDS));
      if (world.entry() == null) {
        world.forget(was);
      } else {
        world.happens(new SegmentEvent.Advance());
      }
    }
  }

  private static void walk(World world, SplittableRandom random) {
    for (int step = 0; step < 40 && world.entry() != null; step++) {
      Tier tier = Tier.values()[random.nextInt(3)];
      switch (random.nextInt(12)) {
        case 0, 1, 2, 3 -> end(world, true);
        case 4 -> end(world, false);
        case 5 -> evict(world, true);
        case 6 -> evict(world, false);
        case 7 -> lose(world, tier, random.nextInt(4) > 0);
        case 8, 9 -> world.happens(new SegmentEvent.Suspected(tier));
        case 10 -> reopen(world);
        default -> {
          if (random.nextInt(20) == 0) {
            truncate(world);
          } else if (!world.isUnder(SegmentJob.SEALING)) {
            world.happens(new SegmentEvent.Advance());
          }
        }
      }
    }
    settle(world);
    for (Tier tier : Tier.values()) {
      if (world.entry() != null) {
        world.happens(new SegmentEvent.Suspected(tier));
        settle(world);
      }
    }
  }

  /* What is known beside the manifest is forgotten, and what is done is broken off. */
  private static void reopen(World world) {
    boolean object = world.isUnder(SegmentJob.UPLOADED) || world.isUnder(SegmentJob.SEALING);
    if (!object) {
      world.known.clear();
      world.job = SegmentJob.NONE;
      world.happens(new SegmentEvent.Advance());
    }
  }

  private static void settle(World world) {
    for (int step = 0; step < 30 && world.entry() != null; step++) {
      end(world, true);
    }
  }

  private static void checkEnd(World world) {
    SegmentEntry entry = world.entry();
    if (entry == null || entry.state() == SegmentState.RETIRED) {
      assertThat(world.files).doesNotContain(Tier.TIER0, Tier.TIER1);
      Set<String> begun = world.ledger.pendingUploads().keySet();
      assertThat(begun).isEmpty();
      return;
    }
    assertThat(world.job).isEqualTo(SegmentJob.NONE);
    boolean lost = !world.intact(Tier.TIER0) && !world.intact(Tier.TIER1);
    if (lost && !(entry.in(Tier.TIER2) && world.intact(Tier.TIER2))) {
      assertThat(entry.hasNoCopy()).isTrue();
    } else {
      assertThat(entry.missingBits()).isZero();
      assertThat(entry.residency()).allMatch(world::intact);
      assertThat(entry.state())
          .isEqualTo(world.tier2 ? SegmentState.UPLOADED : SegmentState.COMPRESSED);
    }
  }

  @Test
  void recordsOnlyWhatTheLedgerAllowsAndEndsWhereItShould() {
    for (long seed = 0; seed < 20_000; seed++) {
      World world = new World(seed % 4 != 0);
      try {
        walk(world, new SplittableRandom(seed));
        checkEnd(world);
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("seed=" + seed + "\n" + text(world.story), e);
      }
    }
  }

  private static String text(List<Object> story) {
    return story.stream().map(Object::toString).collect(Collectors.joining("\n"));
  }

  @Test
  void doesNothingForAnActiveSegmentButSealIt() {
    World world = new World(true);
    world.job = SegmentJob.NONE;
    world.happens(new SegmentEvent.Advance());
    assertThat(world.job).isEqualTo(SegmentJob.NONE);
    assertThat(world.entry().state()).isEqualTo(SegmentState.ACTIVE);
    world.job = SegmentJob.SEALING;
    world.happens(sealed());
    assertThat(world.job).isEqualTo(SegmentJob.COMPRESSING);
  }

  @Test
  void keepsTheHotCopyWhileItIsBeingCompressed() {
    World world = new World(true);
    world.happens(sealed());
    assertThat(world.job).isEqualTo(SegmentJob.COMPRESSING);
    world.happens(new SegmentEvent.EvictHot());
    assertThat(world.files).containsExactly(Tier.TIER0);
  }

  @Test
  void doesNotCallAnEvictedCopyLostWhenAReaderMissesIt() {
    World world = new World(true);
    settle(world);
    world.happens(new SegmentEvent.EvictWarm());
    world.happens(new SegmentEvent.Suspected(Tier.TIER1));
    assertThat(world.job).isEqualTo(SegmentJob.NONE);
    assertThat(world.entry().missingBits()).isZero();
  }

  @Test
  void leavesTheLastCopyWhereItIsAndDoesNotTryAgain() {
    World world = new World(true);
    world.happens(sealed());
    lose(world, Tier.TIER0, true);
    settle(world);
    assertThat(world.entry().hasNoCopy()).isTrue();
    assertThat(world.files).containsExactly(Tier.TIER0);
    assertThat(world.job).isEqualTo(SegmentJob.NONE);
  }

  @Test
  void uploadsALostObjectAgainUnderAnotherKey() {
    World world = new World(true);
    settle(world);
    String first = world.entry().objectKey();
    lose(world, Tier.TIER2, true);
    world.happens(new SegmentEvent.Suspected(Tier.TIER2));
    settle(world);
    assertThat(world.entry().in(Tier.TIER2)).isTrue();
    assertThat(world.entry().objectKey()).isNotEqualTo(first);
    assertThat(world.deletedKeys).containsExactly(first);
  }

  @Test
  void announcesAnUploadDurablyBeforeItBegins() {
    World world = new World(true);
    world.happens(sealed());
    end(world, true);
    assertThat(world.job).isEqualTo(SegmentJob.UPLOADING);
    assertThat(world.ledger.pendingUploads()).hasSize(1);
  }
}
