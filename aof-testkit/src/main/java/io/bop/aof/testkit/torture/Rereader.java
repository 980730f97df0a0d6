package io.bop.aof.testkit.torture;

import io.bop.aof.AofReader;
import io.bop.aof.AofRecord;
import io.bop.aof.AofStream;
import io.bop.aof.OffsetOutOfRangeException;
import io.bop.aof.ReadFrom;
import io.bop.aof.ReadOptions;
import io.bop.aof.testkit.SeededRandom;
import java.time.Duration;

/** Reads here and there, near and far, and tells now and then what it met. */
final class Rereader implements Runnable {

  private static final int MOST_RECORDS = 400;
  private static final int TELLS_ONE_IN = 8;
  private static final long PAUSE_NANOS = 1_000_000;

  private final Workplace workplace;
  private final SeededRandom random;

  Rereader(Workplace workplace, int thread) {
    this.workplace = workplace;
    this.random = workplace.random(thread);
  }

  @Override
  public void run() {
    try {
      while (true) {
        TortureStream stream = TortureStream.at(random.nextInt(TortureStream.values().length));
        readSome(stream, workplace.stream(stream));
        workplace.pause(PAUSE_NANOS);
      }
    } catch (InterruptedException | RuntimeException | Error e) {
      workplace.ended("read", e);
    }
  }

  private void readSome(TortureStream name, AofStream stream) {
    long start = stream.startOffset();
    long next = stream.nextOffset();
    long from = start + (long) (random.nextInt(1 << 20) / (double) (1 << 20) * (next - start));
    ReadOptions options = options();
    try (AofReader reader = stream.reader(ReadFrom.offset(from), options)) {
      long expected = reader.nextOffset();
      for (int i = random.between(1, MOST_RECORDS); i > 0; i--) {
        AofRecord record = random.oneIn(16) ? reader.poll(Duration.ofMillis(2)) : reader.next();
        if (record == null) {
          return;
        }
        // What was truncated meanwhile may be skipped, but nothing else.
        boolean skips = expected < record.offset() && record.offset() <= stream.startOffset();
        check(name, record, skips ? record.offset() : expected);
        expected = record.offset() + 1;
      }
    } catch (OffsetOutOfRangeException e) {
      // Truncated meanwhile.
      if (e.start() <= start) {
        throw e;
      }
    }
  }

  private ReadOptions options() {
    ReadOptions.Visibility[] visibilities = ReadOptions.Visibility.values();
    return ReadOptions.defaults()
        .withClampToStart(random.oneIn(2))
        .withReadAhead(random.between(0, 4))
        .withVisibility(visibilities[random.nextInt(visibilities.length)])
        .withColdPolicy(
            random.oneIn(2) ? ReadOptions.ColdPolicy.FETCH : ReadOptions.ColdPolicy.FETCH_ONLY);
  }

  private void check(TortureStream stream, AofRecord record, long expected) {
    String where = "stream=" + stream + " offset=" + record.offset();
    if (record.offset() != expected) {
      throw new IllegalStateException("not the next record: " + where + " expected=" + expected);
    }
    RecordId id = RecordContent.idOf(record, workplace.seed());
    if (id == null) {
      throw new IllegalStateException("record of nobody: " + where);
    }
    Step step = Step.of(workplace.seed(), id.stepId());
    if (step.stream() != stream
        || step.record(id.index()).digest() != RecordContent.digestOf(record)) {
      throw new IllegalStateException("another record than was appended: " + where + " id=" + id);
    }
    if (random.oneIn(TELLS_ONE_IN)) {
      workplace.reports().send(new Message.Seen(stream, record.offset(), id));
    }
  }
}
