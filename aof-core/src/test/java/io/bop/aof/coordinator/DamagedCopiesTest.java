package io.bop.aof.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.bop.aof.SegmentState;
import io.bop.aof.Tier;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Damaged copies of which each may hold what the others lack. */
class DamagedCopiesTest {

  private static final Set<Tier> HOT_AND_WARM = EnumSet.of(Tier.TIER0, Tier.TIER1);

  /** How the warm copy of an archived segment came to be. */
  private enum Warm {
    COMPRESSED,
    HYDRATED
  }

  /* Archived, with copies in these tiers. */
  private static SegmentWorld archived(Set<Tier> tiers, Warm warm) {
    SegmentWorld world = new SegmentWorld(true);
    world.settle();
    if (warm == Warm.HYDRATED || !tiers.contains(Tier.TIER1)) {
      world.evict(false);
    }
    if (warm == Warm.HYDRATED) {
      world.hydrate();
    }
    if (!tiers.contains(Tier.TIER0)) {
      world.evict(true);
    }
    assertThat(world.entry().state()).isEqualTo(SegmentState.UPLOADED);
    assertThat(world.files).isEqualTo(tiers);
    return world;
  }

  /* Without Tier 2. */
  private static SegmentWorld local() {
    SegmentWorld world = new SegmentWorld(false);
    world.settle();
    assertThat(world.files).isEqualTo(HOT_AND_WARM);
    return world;
  }

  private static void rot(SegmentWorld world, Set<Tier> tiers) {
    tiers.forEach(tier -> world.lose(tier, true));
  }

  private static void suspect(SegmentWorld world, Tier tier) {
    world.happens(new SegmentEvent.Suspected(tier));
  }

  private static List<Set<Tier>> subsets(Set<Tier> of) {
    List<Set<Tier>> subsets = new ArrayList<>();
    subsets.add(EnumSet.noneOf(Tier.class));
    for (Tier tier : of) {
      for (Set<Tier> each : List.copyOf(subsets)) {
        Set<Tier> more = EnumSet.of(tier);
        more.addAll(each);
        subsets.add(more);
      }
    }
    return subsets;
  }

  private static List<List<Tier>> orders(Set<Tier> of) {
    if (of.isEmpty()) {
      return List.of(List.of());
    }
    List<List<Tier>> orders = new ArrayList<>();
    for (Tier first : of) {
      Set<Tier> others = EnumSet.copyOf(of);
      others.remove(first);
      for (List<Tier> rest : orders(others)) {
        List<Tier> order = new ArrayList<>(List.of(first));
        order.addAll(rest);
        orders.add(order);
      }
    }
    return orders;
  }

  /* Found one after the other, with a reopen after those whose bit is set. */
  private static void find(SegmentWorld world, List<Tier> order, int reopens) {
    for (int i = 0; i < order.size(); i++) {
      suspect(world, order.get(i));
      world.settle();
      if ((reopens & 1 << i) != 0) {
        world.reopen();
        world.settle();
      }
    }
  }

  private static void check(SegmentWorld world, Set<Tier> had, Set<Tier> rotten) {
    if (rotten.equals(had)) {
      assertThat(world.files).as("all stay").isEqualTo(had);
      assertThat(world.entry().hasNoCopy()).isTrue();
    } else {
      assertThat(world.files).as("those that are not made again are away").allMatch(world::intact);
      assertThat(world.entry().missingBits()).isZero();
      assertThat(world.entry().residency()).isNotEmpty();
    }
  }

  @Test
  void staysUntilAnotherOneIsWholeWhicheverAreDamagedAndInWhateverOrderTheyAreFound() {
    int walks = 0;
    for (Warm warm : Warm.values()) {
      for (Set<Tier> local : subsets(HOT_AND_WARM)) {
        if (warm == Warm.HYDRATED && !local.contains(Tier.TIER1)) {
          continue;
        }
        Set<Tier> had = EnumSet.of(Tier.TIER2);
        had.addAll(local);
        for (Set<Tier> rotten : subsets(had)) {
          for (List<Tier> order : orders(rotten)) {
            for (int reopens = 0; reopens < 1 << order.size(); reopens++) {
              SegmentWorld world = archived(had, warm);
              rot(world, rotten);
              find(world, order, reopens);
              check(world, had, rotten);
              walks++;
            }
          }
        }
      }
    }
    assertThat(walks).isEqualTo(200);
  }

  @Test
  void staysWithoutTier2WhenTheOtherOneIsDamagedToo() {
    for (List<Tier> order : orders(HOT_AND_WARM)) {
      for (int reopens = 0; reopens < 4; reopens++) {
        SegmentWorld world = local();
        rot(world, HOT_AND_WARM);
        find(world, order, reopens);
        check(world, HOT_AND_WARM, HOT_AND_WARM);
      }
    }
  }

  @Test
  void looksAtTheOtherCopyFirst() {
    SegmentWorld world = archived(EnumSet.allOf(Tier.class), Warm.COMPRESSED);
    world.lose(Tier.TIER0, true);
    suspect(world, Tier.TIER0);
    world.end(true);
    assertThat(world.entry().missing(Tier.TIER0)).isTrue();
    assertThat(world.action)
        .isInstanceOfSatisfying(
            SegmentAction.Verify.class, v -> assertThat(v.tier()).isEqualTo(Tier.TIER1));
    assertThat(world.files).contains(Tier.TIER0);
    world.end(true);
    assertThat(world.files).containsExactly(Tier.TIER1, Tier.TIER2);
    world.settle();
    assertThat(world.entry().missingBits()).isZero();
  }

  @Test
  void staysWhenTheOtherOneRotsBeforeItWasLookedAt() {
    SegmentWorld world = local();
    world.lose(Tier.TIER0, true);
    suspect(world, Tier.TIER0);
    world.end(true);
    world.lose(Tier.TIER1, true);
    world.settle();
    check(world, HOT_AND_WARM, HOT_AND_WARM);
  }

  @Test
  void staysAsLongAsThereIsNoTellingWhetherTheOtherOneIsWhole() {
    SegmentWorld world = archived(EnumSet.of(Tier.TIER0, Tier.TIER2), Warm.COMPRESSED);
    world.lose(Tier.TIER0, true);
    suspect(world, Tier.TIER0);
    world.end(true);
    for (int i = 0; i < 5; i++) {
      assertThat(world.job).isEqualTo(SegmentJob.VERIFYING);
      world.end(false);
      assertThat(world.job).as("tried again after a pause").isEqualTo(SegmentJob.WAITING);
      assertThat(world.files).containsExactly(Tier.TIER0, Tier.TIER2);
      world.end(true);
    }
    world.end(true);
    assertThat(world.files).containsExactly(Tier.TIER2);
  }

  @Test
  void doesNotRelyOnACopyThatWasEvictedAfterItWasLookedAt() {
    SegmentWorld world = archived(EnumSet.allOf(Tier.class), Warm.HYDRATED);
    world.lose(Tier.TIER1, true);
    suspect(world, Tier.TIER1);
    world.end(true);
    assertThat(world.action)
        .isInstanceOfSatisfying(
            SegmentAction.Verify.class, v -> assertThat(v.tier()).isEqualTo(Tier.TIER0));
    world.lose(Tier.TIER2, true);
    world.happens(new SegmentEvent.EvictHot());
    world.happens(new SegmentEvent.Verified(Tier.TIER0, null));
    assertThat(world.files).containsExactly(Tier.TIER1, Tier.TIER2);
    world.settle();
    check(world, EnumSet.of(Tier.TIER1, Tier.TIER2), EnumSet.of(Tier.TIER1, Tier.TIER2));
  }

  @Test
  void isNotEvictedInTheMeantime() {
    for (Warm warm : Warm.values()) {
      SegmentWorld world = archived(EnumSet.of(Tier.TIER1, Tier.TIER2), warm);
      world.lose(Tier.TIER1, true);
      suspect(world, Tier.TIER1);
      world.end(true);
      world.end(false);
      world.evict(false);
      assertThat(world.files).containsExactly(Tier.TIER1, Tier.TIER2);
      world.settle();
      check(world, EnumSet.of(Tier.TIER1, Tier.TIER2), EnumSet.of(Tier.TIER1));
    }
  }

  @Test
  void isForgottenAtOnceWhenItsFileIsGone() {
    SegmentWorld world = archived(EnumSet.of(Tier.TIER1, Tier.TIER2), Warm.COMPRESSED);
    world.lose(Tier.TIER1, false);
    suspect(world, Tier.TIER1);
    world.end(true);
    assertThat(world.files).containsExactly(Tier.TIER2);
    assertThat(world.job).isEqualTo(SegmentJob.HYDRATING);
  }
}
