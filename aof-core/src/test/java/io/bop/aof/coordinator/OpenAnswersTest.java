package io.bop.aof.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.bop.aof.AofException;
import io.bop.aof.io.Host;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OpenAnswersTest {

  private final OpenAnswers answers = new OpenAnswers();
  private final AofException closed = new AofException("closed");

  private Pending<String> ask() {
    Pending<String> answer = new Pending<>(Host.system());
    answers.add(answer);
    return answer;
  }

  @Test
  void thoseWhoStillWaitAreToldInTheOrderInWhichTheyAsked() {
    List<Integer> told = new ArrayList<>();
    for (int number = 0; number < 50; number++) {
      int mine = number;
      ask().whenDone(() -> told.add(mine));
    }

    answers.end(closed);

    assertThat(told).containsExactlyElementsOf(IntStream.range(0, 50).boxed().toList());
  }

  @Test
  void whoHasTheAnswerIsNotToldOfTheEnd() {
    Pending<String> answer = ask();
    answer.complete("here");

    answers.end(closed);

    assertThat(answer.failure()).isNull();
  }

  @Test
  void whoAsksAfterTheEndIsToldAtOnce() {
    answers.end(closed);

    assertThat(ask().failure()).isSameAs(closed);
  }
}
