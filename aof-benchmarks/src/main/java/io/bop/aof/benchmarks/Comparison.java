package io.bop.aof.benchmarks;

import io.bop.aof.benchmarks.report.Row;
import io.bop.aof.benchmarks.report.Row.Latency;
import io.bop.aof.benchmarks.report.Summary;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Runs the contestants of one scenario in turn, round after round, each round beginning with
 * another one, so that a machine that drifts changes all of them alike.
 */
final class Comparison {

  private final Scenario scenario;
  private final Options options;
  private final Consumer<String> progress;
  private final List<Entrant> entrants = new ArrayList<>();

  Comparison(Scenario scenario, Options options, Consumer<String> progress) {
    this.scenario = scenario;
    this.options = options;
    this.progress = progress;
  }

  /** One row for each contestant, the reference first. */
  List<Row> run() {
    try {
      for (int i = 0; i < scenario.contestants().size(); i++) {
        entrants.add(Entrant.open(scenario.contestants().get(i), i == 0 ? "limit" : "ours"));
      }
      for (int round = -options.warmups(); round < options.rounds(); round++) {
        playRound(round);
      }
      return rows();
    } finally {
      entrants.forEach(Entrant::close);
    }
  }

  private void playRound(int round) {
    int count = entrants.size();
    for (int i = 0; i < count; i++) {
      Entrant entrant = entrants.get(Math.floorMod(round + i, count));
      @Nullable Sample sample = entrant.play(round >= 0);
      if (sample != null) {
        progress.accept(
            String.format(
                java.util.Locale.ROOT,
                "%s %s round %d: %,.0f /s in %.3f s",
                scenario.name(),
                entrant.name,
                round,
                sample.rate(),
                sample.nanos() / 1e9));
      }
    }
  }

  private List<Row> rows() {
    Entrant reference = entrants.get(0);
    List<Row> rows = new ArrayList<>();
    for (Entrant entrant : entrants) {
      @Nullable Summary ratio =
          entrant == reference || entrant.isUnfit() || reference.isUnfit()
              ? null
              : Summary.ofRatios(entrant.rates(), reference.rates());
      rows.add(rowOf(entrant, ratio));
    }
    return rows;
  }

  private Row rowOf(Entrant entrant, @Nullable Summary ratio) {
    return new Row(
        scenario.name(),
        entrant.name,
        new Row.Work(scenario.recordSize(), scenario.threads(), scenario.volumeBytes()),
        entrant.state(),
        entrant.isUnfit() ? null : entrant.figures(ratio, ratio == null ? null : scenario.target()),
        entrant.failure);
  }

  private static final class Entrant {
    private final String name;
    private final @Nullable Contestant contestant;
    private final List<Sample> samples = new ArrayList<>();
    private @Nullable String failure;

    private Entrant(String name, @Nullable Contestant contestant, @Nullable String failure) {
      this.name = name;
      this.contestant = contestant;
      this.failure = failure;
    }

    static Entrant open(Scenario.Entry entry, String name) {
      try {
        Contestant contestant = entry.open();
        return new Entrant(contestant.name(), contestant, null);
      } catch (Exception e) {
        return new Entrant(name, null, e.toString());
      }
    }

    String state() {
      return contestant == null ? "" : contestant.state();
    }

    boolean isUnfit() {
      return failure != null;
    }

    @Nullable Sample play(boolean counts) {
      if (contestant == null || isUnfit()) {
        return null;
      }
      try {
        contestant.prepare();
        Sample sample = contestant.measure();
        contestant.settle();
        if (counts) {
          samples.add(sample);
        }
        return sample;
      } catch (Exception e) {
        failure = e.toString();
        return null;
      }
    }

    double[] rates() {
      return all(Sample::rate);
    }

    private double[] all(ToDoubleFunction<Sample> figure) {
      return samples.stream().mapToDouble(figure).toArray();
    }

    Row.Figures figures(@Nullable Summary ratio, @Nullable Double target) {
      return new Row.Figures(
          Summary.of(rates()),
          ratio,
          target,
          Summary.of(all(Sample::cpuPerOperation)).median(),
          Summary.of(all(Sample::allocatedPerOperation)).median(),
          latency());
    }

    private @Nullable Latency latency() {
      Histogram sum = ThreadTeam.histogram();
      for (Sample sample : samples) {
        Histogram one = sample.latency();
        if (one != null) {
          sum.add(one);
        }
      }
      return sum.getTotalCount() == 0
          ? null
          : new Latency(
              sum.getValueAtPercentile(50),
              sum.getValueAtPercentile(99),
              sum.getValueAtPercentile(99.9),
              sum.getMaxValue());
    }

    void close() {
      if (contestant == null) {
        return;
      }
      try {
        contestant.close();
      } catch (Exception e) {
        failure = failure == null ? "close failed: " + e : failure;
      }
    }
  }
}
