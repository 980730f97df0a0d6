package io.bop.aof.read;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FetchBudgetTest {

  @Test
  void givesNoMoreThanThereIs() {
    FetchBudget budget = new FetchBudget(100);

    assertThat(budget.tryTake(60)).isTrue();
    assertThat(budget.tryTake(41)).isFalse();
    assertThat(budget.tryTake(40)).isTrue();
    assertThat(budget.tryTake(1)).isFalse();
    budget.giveBack(60);
    assertThat(budget.tryTake(60)).isTrue();
    assertThat(budget.taken()).isEqualTo(100);
  }

  @Test
  void leavesAShareForOneMoreReader() {
    FetchBudget budget = new FetchBudget(120);

    assertThat(budget.share()).isEqualTo(60);
    budget.enter();
    assertThat(budget.share()).isEqualTo(60);
    budget.enter();
    assertThat(budget.share()).isEqualTo(40);
    budget.leave();
    assertThat(budget.share()).isEqualTo(60);
  }
}
