package io.bop.aof.testkit.scrub;

import static io.bop.aof.testkit.scrub.ScrubbedStore.MIB;
import static org.assertj.core.api.Assertions.assertThat;

import io.bop.aof.AofConfig;
import io.bop.aof.SegmentState;
import io.bop.aof.Tier;
import io.bop.aof.testkit.objectstore.Fault;
import io.bop.aof.testkit.objectstore.FaultyObjectStore.ObjectCall;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A damaged copy stays until another one was read as a whole: what that lacks it may hold. */
@Timeout(120)
class KeptCopiesTest {

  private static final int SEGMENTS = 4;
  private static final Duration A_WHILE = Duration.ofMinutes(5);

  private ScrubbedStore simulated = new ScrubbedStore(7, UnaryOperator.identity());

  @AfterEach
  void release() {
    simulated.release();
  }

  private void use(UnaryOperator<AofConfig.Builder> settings) {
    simulated.release();
    simulated = new ScrubbedStore(7, settings);
  }

  /* Room in Tier 1 for two warm files. */
  private static AofConfig.Builder smallTier1(AofConfig.Builder config) {
    return config.tier1(t -> t.withMaxBytes(2 * MIB));
  }

  /* No payload can be compressed, so each copy has a record at about the same place. */
  private void damage(long segment, Tier tier, double place) throws IOException {
    long position = (long) (simulated.segment(segment).bytes() * place);
    switch (tier) {
      case TIER0 -> simulated.disk().damage().flipBit(simulated.slotOf(segment), position, 2);
      case TIER1 -> simulated.disk().damage().flipBit(simulated.warmOf(segment), position, 2);
      case TIER2 -> {
        String object = String.valueOf(simulated.segment(segment).objectKey());
        byte[] bytes = simulated.bucket().content(object).orElseThrow();
        bytes[(int) position] ^= 8;
        simulated.bucket().replaceContent(object, bytes);
      }
    }
  }

  private void remove(long segment, Tier tier) throws IOException {
    switch (tier) {
      case TIER0 -> simulated.disk().deleteIfExists(simulated.slotOf(segment));
      case TIER1 -> simulated.disk().deleteIfExists(simulated.warmOf(segment));
      case TIER2 -> simulated.bucket().lose(String.valueOf(simulated.segment(segment).objectKey()));
    }
  }

  private Set<Tier> residency(long segment) {
    return simulated.segment(segment).residency();
  }

  // ---- none is whole

  static List<Set<Tier>> severalTiers() {
    return List.of(
        EnumSet.of(Tier.TIER0, Tier.TIER1),
        EnumSet.of(Tier.TIER0, Tier.TIER2),
        EnumSet.of(Tier.TIER1, Tier.TIER2),
        EnumSet.allOf(Tier.class));
  }

  /* Each of these copies of the second segment in another place; the others are gone. */
  private void damageOnly(Set<Tier> tiers) throws IOException {
    for (Tier tier : tiers) {
      damage(2, tier, 0.2 + 0.3 * tier.ordinal());
    }
    for (Tier tier : EnumSet.complementOf(EnumSet.copyOf(tiers))) {
      remove(2, tier);
    }
  }

  private void readsAllAndKeepsAll() {
    simulated.verify();
    assertThat(simulated.quarantined()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("severalTiers")
  void readsWhatAnyOfThemHoldsAfterTheVerificationFoundThem(Set<Tier> tiers) throws IOException {
    simulated.fill(SEGMENTS);
    damageOnly(tiers);
    simulated.pass();
    simulated.until("none is believed in", () -> residency(2).isEmpty());
    readsAllAndKeepsAll();
    simulated.runFor(A_WHILE);
    readsAllAndKeepsAll();

    simulated.reopen();
    readsAllAndKeepsAll();
    simulated.pass();
    simulated.runFor(A_WHILE);
    readsAllAndKeepsAll();

    simulated.kill(8);
    readsAllAndKeepsAll();
    assertThat(simulated.snapshot().repairs().unreadable()).isEqualTo(1);
  }

  @ParameterizedTest
  @MethodSource("severalTiers")
  void readsWhatAnyOfThemHoldsAfterAReaderFoundThem(Set<Tier> tiers) throws IOException {
    simulated.fill(SEGMENTS);
    damageOnly(tiers);
    for (int i = 0; i < 3; i++) {
      readsAllAndKeepsAll();
      simulated.runFor(A_WHILE);
      readsAllAndKeepsAll();
      simulated.reopen();
    }
  }

  @Test
  void readsWhatAnyOfThemHoldsWhenTheObjectIsDamagedBeforeItWasLookedAt() throws IOException {
    simulated.fill(SEGMENTS);
    remove(2, Tier.TIER0);
    simulated.pass();
    simulated.wayToBucket().down(Fault.UNREACHABLE);
    damage(2, Tier.TIER1, 0.2);
    simulated.pass();
    assertThat(residency(2)).containsExactly(Tier.TIER2);

    damage(2, Tier.TIER2, 0.7);
    simulated.wayToBucket().heal();
    simulated.until("none is believed in", () -> residency(2).isEmpty());

    readsAllAndKeepsAll();
    simulated.reopen();
    readsAllAndKeepsAll();
  }

  // ---- another one is whole

  @Test
  void setsAHotCopyAsideWhenTheObjectWasReadAndAsksForThatNowAndThen() throws IOException {
    use(KeptCopiesTest::smallTier1);
    simulated.fill(SEGMENTS);
    assertThat(residency(1)).containsExactlyInAnyOrder(Tier.TIER0, Tier.TIER2);
    Path slot = simulated.slotOf(1);
    damage(1, Tier.TIER0, 0.3);
    simulated.wayToBucket().chance(ObjectCall.GET_RANGE, 1, Fault.UNREACHABLE);
    simulated.pass();
    int before = simulated.wayToBucket().calls(ObjectCall.GET_RANGE);
    simulated.runFor(Duration.ofHours(1));
    // Every 16 seconds, as often as a call is tried again before it counts as failed.
    assertThat(simulated.wayToBucket().calls(ObjectCall.GET_RANGE) - before).isBetween(1, 1_125);
    assertThat(residency(1)).containsExactly(Tier.TIER2);
    assertThat(simulated.disk().exists(slot)).isTrue();
    assertThat(simulated.notes().repaired).isEmpty();

    simulated.wayToBucket().heal();
    simulated.until("it is set aside", () -> simulated.snapshot().needsRecovery() == 0);

    assertThat(simulated.notes().damaged).containsExactly("s/1 TIER0");
    assertThat(simulated.notes().repaired).containsExactly("s/1 TIER0");
    assertThat(simulated.quarantined()).extracting(Path::getFileName).contains(slot.getFileName());
    assertThat(simulated.snapshot().repairs().quarantinedFiles()).isEqualTo(1);
    simulated.verify();
  }

  @Test
  void makesAWarmFileAgainFromTheObjectBeforeItIsSetAside() throws IOException {
    simulated.fill(SEGMENTS);
    remove(2, Tier.TIER0);
    simulated.pass();
    Path warm = simulated.warmOf(2);
    byte[] whole = simulated.disk().content(warm);
    damage(2, Tier.TIER1, 0.3);
    simulated.wayToBucket().down(Fault.UNREACHABLE);
    simulated.pass();
    simulated.runFor(A_WHILE);
    assertThat(simulated.disk().exists(warm)).isTrue();
    assertThat(simulated.quarantined()).isEmpty();

    simulated.wayToBucket().heal();
    simulated.until("it is made again", () -> simulated.snapshot().needsRecovery() == 0);

    assertThat(simulated.disk().content(warm)).isEqualTo(whole);
    assertThat(simulated.quarantined()).hasSize(1);
    assertThat(simulated.snapshot().repairs().quarantinedFiles()).isEqualTo(1);
    assertThat(simulated.notes().repaired).contains("s/2 TIER1");
    simulated.verify();
  }

  @Test
  void makesAWarmFileAgainInTheRoomOfTheDamagedOne() throws IOException {
    use(KeptCopiesTest::smallTier1);
    simulated.host().call(() -> simulated.store().stream("s"));
    simulated.wayToBucket().down(Fault.UNREACHABLE);
    simulated.add(2);
    simulated.until(
        "both are compressed",
        () ->
            simulated.segment(1).state() == SegmentState.COMPRESSED
                && simulated.segment(2).state() == SegmentState.COMPRESSED);
    damage(2, Tier.TIER1, 0.3);

    simulated.pass();
    simulated.until("it is made again", () -> simulated.notes().repaired.size() == 1);

    assertThat(simulated.quarantined()).hasSize(1);
    assertThat(residency(2)).containsExactlyInAnyOrder(Tier.TIER0, Tier.TIER1);
  }

  // ---- crashes

  /* Both local copies are damaged, the object is not. Returns whether the repair had ended. */
  private boolean diesAfter(int operations, boolean power) throws IOException {
    use(UnaryOperator.identity());
    simulated.fill(1);
    Path warm = simulated.warmOf(1);
    byte[] whole = simulated.disk().content(warm);
    damage(1, Tier.TIER0, 0.2);
    damage(1, Tier.TIER1, 0.5);
    simulated.until("found", () -> !simulated.notes().damaged.isEmpty());
    long last = simulated.disk().operations() + operations;
    simulated.until(
        "dead",
        () -> simulated.disk().operations() >= last || simulated.notes().repaired.size() == 2);
    boolean mended = simulated.notes().repaired.size() == 2;

    if (power) {
      simulated.losePower(operations);
    } else {
      simulated.kill(operations);
    }

    simulated.verify();
    while (simulated.pass().damaged() > 0) {
      simulated.runFor(A_WHILE);
    }
    assertThat(simulated.disk().content(warm)).isEqualTo(whole);
    assertThat(simulated.snapshot().needsRecovery()).isZero();
    assertThat(simulated.quarantined()).hasSize(2);
    simulated.verify();
    return mended;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void losesNothingWhateverOperationOfARepairIsTheLastOne(boolean power) throws IOException {
    int operations = 0;
    while (!diesAfter(operations, power)) {
      operations++;
    }
    assertThat(operations).isGreaterThan(10);
  }
}
