package io.bop.aof.read;

import static org.assertj.core.api.Assertions.assertThat;

import io.bop.aof.read.Hydrations.Segment;
import org.junit.jupiter.api.Test;

class HydrationsTest {

  private static final Segment ONE = new Segment(1, 1);

  private final Hydrations hydrations = new Hydrations();

  @Test
  void doNotPayForOnePass() {
    for (int frames = 1; frames < 300; frames++) {
      assertThat(pass(new Segment(1, frames), frames)).as("frames=%d", frames).isZero();
    }
  }

  @Test
  void payForTheSecondPass() {
    pass(ONE, 40);

    assertThat(pass(ONE, 40)).isPositive();
  }

  @Test
  void payForSingleReadsOfAboutAQuarter() {
    int reads = 1;
    while (!hydrations.pays(ONE, false, 40)) {
      reads++;
    }

    assertThat(reads).isEqualTo(11);
  }

  @Test
  void payAgainAfterAnotherQuarterWhenTheyCouldNotBeDone() {
    pass(ONE, 40);
    int first = 1;
    while (!hydrations.pays(ONE, true, 40)) {
      first++;
    }
    int again = 1;
    while (!hydrations.pays(ONE, true, 40)) {
      again++;
    }

    assertThat(first).isLessThan(5);
    assertThat(again).isEqualTo(10);
  }

  @Test
  void rememberABoundedNumberOfSegments() {
    pass(ONE, 40);
    for (int other = 2; other < 6_000; other++) {
      hydrations.pays(new Segment(1, other), true, 40);
    }

    assertThat(pass(ONE, 40)).isZero();
  }

  /** A pass: a single record, and then one frame after the other. Returns how often it paid. */
  private int pass(Segment segment, int frames) {
    int paid = hydrations.pays(segment, false, frames) ? 1 : 0;
    for (int frame = 1; frame < frames; frame++) {
      paid += hydrations.pays(segment, true, frames) ? 1 : 0;
    }
    return paid;
  }
}
