package io.bop.aof.coordinator;

import io.bop.aof.AofException;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The answers that somebody waits for. When the store closes, the rest are told. Thread-safe. */
final class OpenAnswers {

  /* By number, so that they are told in the order in which they were asked for. */
  private final ConcurrentSkipListMap<Long, Pending<?>> waiting = new ConcurrentSkipListMap<>();
  private final AtomicLong numbers = new AtomicLong();
  private volatile @Nullable AofException end;

  /** Remembers an answer until it is given; one that comes too late fails at once. */
  void add(Pending<?> answer) {
    long number = numbers.incrementAndGet();
    waiting.put(number, answer);
    answer.whenDone(() -> waiting.remove(number));
    // Looked at after the adding: either this sees the end, or the end sees the answer.
    AofException reason = end;
    if (reason != null) {
      answer.fail(reason);
    }
  }

  /** Nobody gives answers any more. */
  void end(AofException reason) {
    end = reason;
    waiting.values().forEach(answer -> answer.fail(reason));
  }
}
