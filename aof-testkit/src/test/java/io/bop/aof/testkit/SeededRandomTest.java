package io.bop.aof.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SeededRandomTest {

  @Test
  void staysWhatItIsSoThatOldSeedsReplay() {
    SeededRandom random = new SeededRandom(42);

    assertThat(random.nextLong()).isEqualTo(-4767286540954276203L);
    assertThat(random.nextLong()).isEqualTo(2949826092126892291L);
    assertThat(random.seed()).isEqualTo(42);
  }

  @Test
  void keepsToItsBounds() {
    Property.forAll(
        "generators keep to their bounds",
        200,
        random -> {
          int max = random.between(0, 100_000);
          assertThat(random.length(max)).isBetween(0, max);
          assertThat(random.nextInt(max + 1)).isBetween(0, max);
          assertThat(random.anyPositiveOrZero()).isNotNegative();
          assertThat(random.bytes(max)).hasSize(max);
          assertThat(random.request(100).payload()).hasSizeLessThanOrEqualTo(100);
          random.between(Integer.MIN_VALUE, Integer.MAX_VALUE);
        });
  }

  @Test
  void lengthsFindTheBorders() {
    SeededRandom random = new SeededRandom(1);
    Set<Integer> seen = new HashSet<>();
    for (int i = 0; i < 5_000; i++) {
      seen.add(random.length(5_000));
    }

    assertThat(seen).contains(0, 1, 7, 8, 9, 255, 256, 257, 4_095, 4_096, 4_097, 4_999, 5_000);
  }

  @Test
  void requestsCoverAllParts() {
    SeededRandom random = new SeededRandom(1);
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < 200; i++) {
      var request = random.request(50);
      seen.add(request.key() == null ? "no key" : "key");
      seen.add(request.extId().isPresent() ? "ext id" : "no ext id");
      seen.add(request.headers().isEmpty() ? "no headers" : "headers");
      seen.add(request.payload().length == 0 ? "no payload" : "payload");
    }

    assertThat(seen).hasSize(8);
  }
}
