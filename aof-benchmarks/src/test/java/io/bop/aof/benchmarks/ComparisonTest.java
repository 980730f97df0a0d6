package io.bop.aof.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.bop.aof.benchmarks.report.Row;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ComparisonTest {

  private static final long SECOND = 1_000_000_000L;

  private final List<String> calls = new ArrayList<>();

  @Test
  void alternatesWhoBeginsAndLeavesWarmupsOut() {
    Scenario scenario = scenario(new Fake("limit", 200, 400, 800), new Fake("ours", 50, 300, 600));
    Options options = Options.parse(List.of("--rounds", "2", "--warmups", "1"));

    List<Row> rows = new Comparison(scenario, options, line -> {}).run();

    assertThat(calls)
        .containsExactly(
            "ours", "limit", "limit", "ours", "ours", "limit", "limit closed", "ours closed");
    Row.Figures ours = rows.get(1).figures();
    assertThat(ours).isNotNull();
    assertThat(ours.rate().median()).isEqualTo(450);
    assertThat(ours.ratio()).isNotNull();
    assertThat(ours.ratio().median()).isEqualTo(0.75);
    assertThat(ours.meetsTarget()).isTrue();
  }

  @Test
  void keepsTheOthersWhenAContestantFails() {
    Scenario scenario =
        new Scenario(
            "s",
            1,
            1,
            0,
            null,
            List.of(
                () -> new Fake("limit", 100, 100),
                () -> {
                  throw new IllegalStateException("no engine");
                }));
    Options options = Options.parse(List.of("--rounds", "2", "--warmups", "0"));

    List<Row> rows = new Comparison(scenario, options, line -> {}).run();

    assertThat(rows.get(0).figures()).isNotNull();
    assertThat(rows.get(1).figures()).isNull();
    assertThat(rows.get(1).failure()).contains("no engine");
  }

  private static Scenario scenario(Contestant limit, Contestant ours) {
    return new Scenario("s", 1, 1, 0, 0.7, List.of(() -> limit, () -> ours));
  }

  private final class Fake implements Contestant {
    private final String name;
    private final long[] operations;
    private int round;

    Fake(String name, long... operations) {
      this.name = name;
      this.operations = operations;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public String state() {
      return "fake";
    }

    @Override
    public void prepare() {}

    @Override
    public Sample measure() {
      calls.add(name);
      return new Sample(operations[round++], SECOND, 0, 0, null);
    }

    @Override
    public void settle() {}

    @Override
    public void close() {
      calls.add(name + " closed");
    }
  }
}
