package io.bop.aof.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.bop.aof.SegmentState;
import io.bop.aof.Tier;
import io.bop.aof.manifest.SegmentEntry;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Walks one segment through random events, beside a world of copies that really are there. */
class SegmentLifecycleTest {

  private static void walk(SegmentWorld world, SplittableRandom random) {
    for (int step = 0; step < 40 && world.entry() != null; step++) {
      Tier tier = Tier.values()[random.nextInt(3)];
      switch (random.nextInt(12)) {
        case 0, 1, 2, 3 -> world.end(true);
        case 4 -> world.end(false);
        case 5 -> world.evict(true);
        case 6 -> world.evict(false);
        case 7 -> world.lose(tier, random.nextInt(4) > 0);
        case 8, 9 -> world.happens(new SegmentEvent.Suspected(tier));
        case 10 -> world.reopen();
        default -> {
          if (random.nextInt(20) == 0) {
            world.truncate();
          } else if (!world.isUnder(SegmentJob.SEALING)) {
            world.happens(new SegmentEvent.Advance());
          }
        }
      }
    }
    world.settle();
    for (Tier tier : Tier.values()) {
      if (world.entry() != null) {
        world.happens(new SegmentEvent.Suspected(tier));
        world.settle();
      }
    }
  }

  private static void checkEnd(SegmentWorld world) {
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
      assertThat(world.localFiles()).as("damaged files are set aside").allMatch(world::intact);
      assertThat(entry.state())
          .isEqualTo(world.tier2 ? SegmentState.UPLOADED : SegmentState.COMPRESSED);
    }
  }

  @Test
  void recordsOnlyWhatTheLedgerAllowsAndEndsWhereItShould() {
    for (long seed = 0; seed < 20_000; seed++) {
      SegmentWorld world = new SegmentWorld(seed % 4 != 0);
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
    SegmentWorld world = new SegmentWorld(true);
    world.job = SegmentJob.NONE;
    world.happens(new SegmentEvent.Advance());
    assertThat(world.job).isEqualTo(SegmentJob.NONE);
    assertThat(world.entry().state()).isEqualTo(SegmentState.ACTIVE);
    world.job = SegmentJob.SEALING;
    world.happens(SegmentWorld.sealed());
    assertThat(world.job).isEqualTo(SegmentJob.COMPRESSING);
  }

  @Test
  void keepsTheHotCopyWhileItIsBeingCompressed() {
    SegmentWorld world = new SegmentWorld(true);
    world.happens(SegmentWorld.sealed());
    assertThat(world.job).isEqualTo(SegmentJob.COMPRESSING);
    world.happens(new SegmentEvent.EvictHot());
    assertThat(world.files).containsExactly(Tier.TIER0);
  }

  @Test
  void doesNotCallAnEvictedCopyLostWhenAReaderMissesIt() {
    SegmentWorld world = new SegmentWorld(true);
    world.settle();
    world.happens(new SegmentEvent.EvictWarm());
    world.happens(new SegmentEvent.Suspected(Tier.TIER1));
    assertThat(world.job).isEqualTo(SegmentJob.NONE);
    assertThat(world.entry().missingBits()).isZero();
  }

  @Test
  void leavesTheLastCopyWhereItIsAndDoesNotTryAgain() {
    SegmentWorld world = new SegmentWorld(true);
    world.happens(SegmentWorld.sealed());
    world.lose(Tier.TIER0, true);
    world.settle();
    assertThat(world.entry().hasNoCopy()).isTrue();
    assertThat(world.files).containsExactly(Tier.TIER0);
    assertThat(world.job).isEqualTo(SegmentJob.NONE);
  }

  @Test
  void uploadsALostObjectAgainUnderAnotherKey() {
    SegmentWorld world = new SegmentWorld(true);
    world.settle();
    String first = world.entry().objectKey();
    world.lose(Tier.TIER2, true);
    world.happens(new SegmentEvent.Suspected(Tier.TIER2));
    world.settle();
    assertThat(world.entry().in(Tier.TIER2)).isTrue();
    assertThat(world.entry().objectKey()).isNotEqualTo(first);
    assertThat(world.deletedKeys).containsExactly(first);
  }

  @Test
  void announcesAnUploadDurablyBeforeItBegins() {
    SegmentWorld world = new SegmentWorld(true);
    world.happens(SegmentWorld.sealed());
    world.end(true);
    assertThat(world.job).isEqualTo(SegmentJob.UPLOADING);
    assertThat(world.ledger.pendingUploads()).hasSize(1);
  }
}
