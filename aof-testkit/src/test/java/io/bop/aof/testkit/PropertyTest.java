package io.bop.aof.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class PropertyTest {

  @Test
  void runsTheSameExamplesEachTime() {
    List<Long> first = seeds("name", 20, Map.of());

    assertThat(first).hasSize(20).doesNotHaveDuplicates();
    assertThat(seeds("name", 20, Map.of())).isEqualTo(first);
    assertThat(seeds("other name", 20, Map.of())).doesNotContainAnyElementsOf(first);
  }

  @Test
  void runsMoreWhenTold() {
    List<Long> few = seeds("name", 3, Map.of());
    List<Long> many = seeds("name", 3, Map.of(Property.RUNS, "50"));

    assertThat(many).hasSize(50).startsWith(few.toArray(Long[]::new));
  }

  @Test
  void aFailureNamesTheSeedThatReplaysIt() {
    List<Long> drawn = new ArrayList<>();
    Property.Check check =
        random -> {
          drawn.add(random.nextLong());
          assertThat(drawn.size()).isLessThan(7);
        };

    Throwable failure = catchThrowable(() -> Property.forAll("p", 100, check, key -> null));

    assertThat(failure).isInstanceOf(AssertionError.class).hasMessageContaining("run=7 of 100");
    assertThat(failure).hasCauseInstanceOf(AssertionError.class);
    Matcher replay = Pattern.compile("-Daof\\.seed=(-?\\d+)").matcher(failure.getMessage());
    assertThat(replay.find()).isTrue();
    long failing = drawn.get(6);
    drawn.clear();
    Property.forAll("p", 100, check, Map.of(Property.SEED, replay.group(1))::get);
    assertThat(drawn).containsExactly(failing);
  }

  @Test
  void reportsErrorsAsWellAsExceptions() {
    Property.Check check =
        random -> {
          throw new StackOverflowError("deep");
        };

    assertThatThrownBy(() -> Property.forAll("p", 1, check, key -> null))
        .hasMessageContaining("deep")
        .hasCauseInstanceOf(StackOverflowError.class);
  }

  @Test
  void refusesSettingsThatAreNoNumbers() {
    assertThatThrownBy(() -> seeds("p", 1, Map.of(Property.SEED, "x")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("not a number: aof.seed=x");
    assertThatThrownBy(() -> seeds("p", 1, Map.of(Property.RUNS, "0")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static List<Long> seeds(String name, int runs, Map<String, String> settings) {
    List<Long> seeds = new ArrayList<>();
    Property.forAll(name, runs, random -> seeds.add(random.seed()), settings::get);
    return seeds;
  }
}
