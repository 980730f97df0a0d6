package io.bop.aof.testkit.torture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bop.aof.Durability;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** The judge of the torture sees each kind of broken promise, and nothing where there is none. */
class HistoryTest {

  private static final long SEED = 7;
  private static final int FIRST = WriterNumbers.of(0, 1);
  private static final int SECOND = WriterNumbers.of(1, 1);

  private final History history = new History(SEED);
  private final List<Step> singles = steps(FIRST, step -> step.count() == 1);

  /* Steps of one stream, in the order of their numbers. */
  private static List<Step> steps(int writer, Predicate<Step> wanted) {
    List<Step> steps = new ArrayList<>();
    for (long number = 0; steps.size() < 6; number++) {
      Step step = Step.of(SEED, new StepId(writer, number));
      if (step.stream() == TortureStream.MIXED
          && step.durability() != Durability.ARCHIVED
          && wanted.test(step)) {
        steps.add(step);
      }
    }
    return steps;
  }

  private void intend(Step step) {
    history.accept(new Message.Intended(step.id()));
  }

  private void append(Step step, long offset) {
    intend(step);
    history.accept(new Message.Acknowledged(step.id(), offset));
  }

  private void find(long start, long next) {
    history.accept(new Message.StreamFound(TortureStream.MIXED, start, next, next));
  }

  private void read(long offset, Step step, int index) {
    long digest = step.record(index).digest();
    history.accept(
        new Message.RecordRead(TortureStream.MIXED, offset, step.recordId(index), digest));
  }

  private void endRead() {
    history.accept(new Message.StreamRead(TortureStream.MIXED));
    history.accept(new Message.Verified());
  }

  private void see(long offset, Step step) {
    history.accept(new Message.Seen(TortureStream.MIXED, offset, step.recordId(0)));
  }

  @Test
  void acceptsWhatWasAcknowledgedAndWhatWasUnderWay() {
    append(singles.get(0), 0);
    append(singles.get(1), 1);
    intend(singles.get(2));
    find(0, 3);
    read(0, singles.get(0), 0);
    read(1, singles.get(1), 0);
    read(2, singles.get(2), 0);
    endRead();
    assertThat(history.acknowledged()).isEqualTo(2);
    assertThat(history.verified()).isEqualTo(2);
    assertThat(history.settled()).isEqualTo(1);
  }

  @Test
  void acceptsThatWhatWasUnderWayIsNotThere() {
    append(singles.get(0), 0);
    intend(singles.get(1));
    find(0, 1);
    read(0, singles.get(0), 0);
    endRead();
    assertThat(history.settled()).isZero();
  }

  @Test
  void seesAcknowledgedRecordsThatAreLostAtTheEnd() {
    append(singles.get(0), 0);
    append(singles.get(1), 1);
    assertBroken("lost at the end", () -> find(0, 1));
  }

  @Test
  void seesRecordsThatAreLostAtTheStart() {
    append(singles.get(0), 0);
    append(singles.get(1), 1);
    assertBroken("lost at the start", () -> find(1, 2));
  }

  @Test
  void seesStreamThatEndsBeforeItSays() {
    append(singles.get(0), 0);
    append(singles.get(1), 1);
    find(0, 2);
    read(0, singles.get(0), 0);
    assertBroken("ends early", this::endRead);
  }

  @Test
  void seesHoleBetweenOffsets() {
    append(singles.get(0), 0);
    intend(singles.get(1));
    intend(singles.get(2));
    find(0, 3);
    read(0, singles.get(0), 0);
    assertBroken("not dense", () -> read(2, singles.get(2), 0));
  }

  @Test
  void seesRecordThatNobodyAppended() {
    find(0, 1);
    assertBroken("never appended", () -> read(0, singles.get(0), 0));
  }

  @Test
  void seesRecordThatWasRefused() {
    intend(singles.get(0));
    history.accept(new Message.Refused(singles.get(0).id(), Message.Refusal.BACKPRESSURE));
    find(0, 1);
    assertBroken("was refused", () -> read(0, singles.get(0), 0));
  }

  @Test
  void seesRefusalOfRecordThatReadersMet() {
    intend(singles.get(0));
    see(0, singles.get(0));
    assertBroken(
        "refused, but it is there",
        () ->
            history.accept(new Message.Refused(singles.get(0).id(), Message.Refusal.BACKPRESSURE)));
  }

  @Test
  void seesRecordThatIsThereTwice() {
    append(singles.get(0), 0);
    find(0, 2);
    read(0, singles.get(0), 0);
    assertBroken("not in its order", () -> read(1, singles.get(0), 0));
  }

  @Test
  void seesRecordThatComesBackInTheNextProcess() {
    append(singles.get(0), 0);
    intend(singles.get(1));
    find(0, 1);
    read(0, singles.get(0), 0);
    endRead();
    find(0, 2);
    read(0, singles.get(0), 0);
    assertBroken("never appended", () -> read(1, singles.get(1), 0));
  }

  @Test
  void seesOtherContentThanWasAppended() {
    append(singles.get(0), 0);
    find(0, 1);
    long other = singles.get(0).record(0).digest() + 1;
    assertBroken(
        "other content",
        () ->
            history.accept(
                new Message.RecordRead(TortureStream.MIXED, 0, singles.get(0).recordId(0), other)));
  }

  @Test
  void seesAnotherRecordInTheSamePlace() {
    append(singles.get(0), 0);
    intend(singles.get(1));
    find(0, 1);
    assertBroken("another record than before", () -> read(0, singles.get(1), 0));
  }

  @Test
  void seesRecordsOfOneWriterOutOfOrder() {
    intend(singles.get(0));
    intend(singles.get(1));
    find(0, 2);
    read(0, singles.get(1), 0);
    assertBroken("not in its order", () -> read(1, singles.get(0), 0));
  }

  @Test
  void seesEarlierProcessBehindLaterOne() {
    Step later = steps(SECOND, step -> step.count() == 1).get(0);
    intend(singles.get(0));
    intend(later);
    find(0, 2);
    read(0, later, 0);
    assertBroken("earlier process", () -> read(1, singles.get(0), 0));
  }

  @Test
  void seesRecordThatReadersMetAndThatIsGone() {
    intend(singles.get(0));
    see(0, singles.get(0));
    assertBroken("lost at the end", () -> find(0, 0));
  }

  @Test
  void seesPartOfBatch() {
    Step batch = steps(FIRST, step -> step.count() > 2).get(0);
    intend(batch);
    find(0, 2);
    read(0, batch, 0);
    read(1, batch, 1);
    assertBroken("part of a batch", this::endRead);
  }

  @Test
  void seesRecordInAnotherStream() {
    intend(singles.get(0));
    history.accept(new Message.StreamFound(TortureStream.QUIET, 0, 1, 1));
    assertBroken(
        "never appended",
        () ->
            history.accept(
                new Message.RecordRead(
                    TortureStream.QUIET,
                    0,
                    singles.get(0).recordId(0),
                    singles.get(0).record(0).digest())));
  }

  @Test
  void acceptsTruncationThatWasAskedForAndNoFurtherOne() {
    append(singles.get(0), 0);
    append(singles.get(1), 1);
    append(singles.get(2), 2);
    history.accept(new Message.Truncating(TortureStream.MIXED, 2));
    find(1, 3);
    assertBroken("start went back", () -> find(0, 3));
    assertBroken(
        "truncated too much", () -> history.accept(new Message.Truncated(TortureStream.MIXED, 3)));
    assertBroken("lost at the start", () -> find(3, 3));
  }

  @Test
  void seesArchivedRecordsThatAreNotArchivedAnyMore() {
    history.accept(new Message.ArchivedFound(TortureStream.MIXED, 5));
    assertBroken(
        "not archived any more",
        () -> history.accept(new Message.ArchivedFound(TortureStream.MIXED, 4)));
  }

  @Test
  void seesRecordsThatAreNotDurableAfterAnOpen() {
    append(singles.get(0), 0);
    assertBroken(
        "not all is durable",
        () -> history.accept(new Message.StreamFound(TortureStream.MIXED, 0, 1, 0)));
  }

  @Test
  void seesStoreThatWasCreatedAnew() {
    find(0, 0);
    assertBroken(
        "the store was lost", () -> history.accept(new Message.Opened(1, true, 0, 0, 0, "")));
  }

  @Test
  void seesWhatAnOpenHadToSetAside() {
    assertBroken(
        "nothing to repair",
        () -> history.accept(new Message.Opened(1, false, 0, 0, 0, "set aside: 1.seg")));
  }

  private static void assertBroken(String promise, Runnable what) {
    assertThatThrownBy(what::run).isInstanceOf(Violation.class).hasMessageContaining(promise);
  }
}
