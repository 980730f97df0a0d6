package io.bop.aof.coordinator;

import io.bop.aof.AofException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The answers that somebody waits for. When the store closes, the rest are told. Thread-safe. */
final class OpenAnswers {

  private final Set<Pending<?>> waiting = ConcurrentHashMap.newKeySet();
  private volatile @Nullable AofException end;

  /** Remembers an answer until it is given; one that comes too late fails at once. */
  void add(Pending<?> answer) {
    waiting.add(answer);
    answer.whenDone(() -> waiting.remove(answer));
    // Looked at after the adding: either this sees the end, or the end sees the answer.
    AofException reason = end;
    if (reason != null) {
      answer.fail(reason);
    }
  }

  /** Nobody gives answers any more. */
  void end(AofException reason) {
    end = reason;
    waiting.forEach(answer -> answer.fail(reason));
  }
}
