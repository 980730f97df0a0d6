package io.bop.aof.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class SummaryTest {

  @Test
  void takesTheMiddleOfAnOddNumber() {
    assertThat(Summary.of(new double[] {9, 1, 5})).isEqualTo(new Summary(5, 1, 9));
  }

  @Test
  void takesTheMeanOfTheTwoInTheMiddleOfAnEvenNumber() {
    assertThat(Summary.of(new double[] {4, 1, 3, 2})).isEqualTo(new Summary(2.5, 1, 4));
  }

  @Test
  void dividesMeasurementsOfTheSameRound() {
    double[] ours = {10, 100, 30};
    double[] limit = {20, 100, 40};

    assertThat(Summary.ofRatios(ours, limit)).isEqualTo(new Summary(0.75, 0.5, 1.0));
  }

  @Test
  void refusesRoundsThatDoNotMatch() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Summary.ofRatios(new double[1], new double[2]))
        .withMessageContaining("values=1 references=2");
    assertThatIllegalArgumentException().isThrownBy(() -> Summary.of(new double[0]));
  }
}
