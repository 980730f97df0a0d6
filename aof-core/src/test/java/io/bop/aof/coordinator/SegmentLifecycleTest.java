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
import io.bop.aof.manifest.Ledger;
import io.bop.aof.manifest.LedgerInvariants;
import io.bop.aof.manifest.SegmentEntry;
import io.bop.aof.segment.Slot;
import io.bop.aof.tier1.WarmFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Walks one segment through random events, beside a world of copies that really are there. */
class SegmentLifecycleTest {

  private static final long STREAM = 1;
  private static final long SEGMENT = 1;
  private static final long RECORDS = 10;
  private static final long DATA_END = SegmentEntry.DATA_START + RECORDS * 100;
  private static final Slot SLOT = new Slot(7, Path.of("7.seg"), 1 << 20);
  private static final WarmFile FILE = new WarmFile(STREAM, SEGMENT, 300, 0xAB, 1, 40, DATA_END);

  /** The segment, its ledger, its job, and the copies there are. */
  private static final class World {
    final Ledger ledger = new Ledger(new UUID(1, 2));
    final Set<Tier> copies = EnumSet.of(Tier.TIER0);
    final boolean tier2;
    final List<String> story = new ArrayList<>();
    SegmentJob job = SegmentJob.SEALING;
    boolean objectWasLost;

    World(boolean tier2) {
      this.tier2 = tier2;
      ledger.beginChunk(new ManifestChunkHeader(new UUID(1, 2), 4, 0, 1));
      record(new ManifestRecord.StreamCreated(STREAM, 1, "s", new byte[0]));
      record(new ManifestRecord.SegmentOpened(STREAM, SEGMENT, 1, SLOT.number(), 0, 0, 1));
    }

    SegmentEntry entry() {
      return ledger.segment(STREAM, SEGMENT);
    }

    void record(ManifestRecord record) {
      story.add(record.toString());
      LedgerInvariants.check(ledger, record);
      ledger.apply(record);
      LedgerInvariants.checkAll(ledger);
    }

    void happens(SegmentEvent event) {
      story.add(job + " " + event);
      SegmentEntry entry = entry();
      if (entry == null) {
        return;
      }
      Facts facts =
          new Facts(
              copies.contains(Tier.TIER0),
              copies.contains(Tier.TIER1),
              tier2,
              1,
              CompressionProfile.BALANCED,
              2,
              ledger.nextJobId());
      Decision decision = SegmentLifecycle.decide(entry, job, event, facts);
      decision.records().forEach(this::record);
      job = decision.job();
      decision.actions().forEach(this::perform);
      checkCopies();
      if (!(event instanceof SegmentEvent.Advance) && job == SegmentJob.NONE) {
        happens(new SegmentEvent.Advance());
      }
    }

    void perform(SegmentAction action) {
      story.add(action.getClass().getSimpleName());
      if (action instanceof SegmentAction.ReleaseSlot) {
        copies.remove(Tier.TIER0);
      } else if (action instanceof SegmentAction.DeleteWarm) {
        copies.remove(Tier.TIER1);
      } else if (action instanceof SegmentAction.Quarantine q) {
        copies.remove(q.tier());
        happens(new SegmentEvent.Advance());
      }
    }

    void checkCopies() {
      SegmentEntry entry = entry();
      if (entry != null) {
        assertThat(copies).containsAll(entry.residency());
        boolean lost = entry.state() != SegmentState.RETIRED && entry.residency().isEmpty();
        assertThat(lost).isFalse();
      }
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

  /* The job ends: well, when its source is there. */
  private static void end(World world, boolean well) {
    switch (world.job) {
      case NONE -> world.happens(new SegmentEvent.Advance());
      case SEALING -> world.happens(sealed());
      case COMPRESSING -> {
        if (well && world.copies.contains(Tier.TIER0)) {
          world.copies.add(Tier.TIER1);
          world.happens(new SegmentEvent.Compressed(FILE, 1));
        } else {
          world.happens(new SegmentEvent.CompressionFailed(ReasonCode.TRANSIENT));
        }
      }
      case UPLOADING, UPLOADED -> {
        String key = world.entry().objectKey();
        if (well && world.copies.contains(Tier.TIER1)) {
          world.copies.add(Tier.TIER2);
          world.happens(new SegmentEvent.Uploaded(key, "e", FILE));
        } else {
          world.happens(new SegmentEvent.UploadFailed(key, ReasonCode.TRANSIENT));
        }
      }
      case HYDRATING -> {
        if (well && world.copies.contains(Tier.TIER2)) {
          world.copies.add(Tier.TIER1);
          world.happens(new SegmentEvent.Hydrated(FILE));
        } else {
          world.happens(new SegmentEvent.CompressionFailed(ReasonCode.TRANSIENT));
        }
      }
      case WAITING -> {
        world.job = SegmentJob.NONE;
        world.happens(new SegmentEvent.Advance());
      }
    }
  }

  private static void evict(World world, boolean hot) {
    SegmentEntry entry = world.entry();
    boolean archived = entry.state() == SegmentState.UPLOADED && entry.in(Tier.TIER2);
    if (hot && entry.in(Tier.TIER0) && (archived || entry.in(Tier.TIER1))) {
      world.happens(new SegmentEvent.EvictHot());
    } else if (!hot && archived && world.copies.contains(Tier.TIER1)) {
      world.happens(new SegmentEvent.EvictWarm());
    }
  }

  /* Not the last copy, and none that a job is reading: that is a loss which nothing can repair. */
  private static void lose(World world, Tier tier, boolean corrupt) {
    SegmentEntry entry = world.entry();
    boolean idle = world.isUnder(SegmentJob.NONE) || world.isUnder(SegmentJob.WAITING);
    if (idle && entry.isSealed() && entry.in(tier) && entry.residency().size() > 1) {
      world.objectWasLost |= tier == Tier.TIER2;
      if (!corrupt || tier == Tier.TIER2) {
        world.copies.remove(tier);
      }
      int reason = corrupt ? ReasonCode.CORRUPT : ReasonCode.OBJECT_MISSING;
      world.happens(new SegmentEvent.CopyLost(tier, reason));
    }
  }

  private static void truncate(World world) {
    if (world.entry().isSealed() && world.entry().state() != SegmentState.RETIRED) {
      world.record(new ManifestRecord.StreamTruncated(STREAM, 3, RECORDS));
      world.happens(new SegmentEvent.Advance());
    }
  }

  private static void walk(World world, SplittableRandom random) {
    for (int step = 0; step < 25 && world.entry() != null; step++) {
      switch (random.nextInt(9)) {
        case 0, 1, 2 -> end(world, true);
        case 3 -> end(world, false);
        case 4 -> evict(world, true);
        case 5 -> evict(world, false);
        case 6, 7 -> lose(world, Tier.values()[random.nextInt(3)], random.nextBoolean());
        default -> {
          if (random.nextInt(20) == 0) {
            truncate(world);
          } else if (!world.isUnder(SegmentJob.SEALING)) {
            world.happens(new SegmentEvent.Advance());
          }
        }
      }
    }
    for (int step = 0; step < 12 && world.entry() != null; step++) {
      end(world, true);
    }
  }

  private static void checkEnd(World world) {
    SegmentEntry entry = world.entry();
    if (entry == null || entry.state() == SegmentState.RETIRED) {
      assertThat(world.copies).doesNotContain(Tier.TIER0, Tier.TIER1);
      return;
    }
    assertThat(world.job).isEqualTo(SegmentJob.NONE);
    assertThat(entry.missing(Tier.TIER0)).isFalse();
    if (!world.tier2) {
      assertThat(entry.state()).isEqualTo(SegmentState.COMPRESSED);
    } else if (!world.objectWasLost) {
      assertThat(entry.state()).isEqualTo(SegmentState.UPLOADED);
      assertThat(entry.missing(Tier.TIER1)).isFalse();
      assertThat(entry.in(Tier.TIER2)).isTrue();
    }
  }

  @Test
  void recordsOnlyWhatTheLedgerAllowsAndEndsWhereItShould() {
    for (long seed = 0; seed < 4_000; seed++) {
      World world = new World(seed % 4 != 0);
      try {
        walk(world, new SplittableRandom(seed));
        checkEnd(world);
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("seed=" + seed + "\n" + String.join("\n", world.story), e);
      }
    }
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
    assertThat(world.copies).containsExactly(Tier.TIER0);
  }

  @Test
  void doesNotCallAnEvictedCopyLostWhenAReaderMissesIt() {
    World world = new World(true);
    for (int step = 0; step < 4; step++) {
      end(world, true);
    }
    world.happens(new SegmentEvent.EvictWarm());
    world.happens(new SegmentEvent.CopyLost(Tier.TIER1, ReasonCode.CORRUPT));
    assertThat(world.entry().missing(Tier.TIER1)).isFalse();
    world.copies.add(Tier.TIER1);
    world.happens(new SegmentEvent.CopyLost(Tier.TIER1, ReasonCode.CORRUPT));
    assertThat(world.entry().missing(Tier.TIER1)).isFalse();
    assertThat(world.copies).containsExactly(Tier.TIER0, Tier.TIER2);
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
