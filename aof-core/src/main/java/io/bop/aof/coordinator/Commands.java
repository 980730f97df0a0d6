package io.bop.aof.coordinator;

import io.bop.aof.AofException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Steps that somebody waits for: what goes wrong is the answer, and when the store closes, those
 * who still wait are told. Thread-safe.
 */
final class Commands {

  private final Inbox inbox;
  private final ManifestJournal journal;
  private final Set<Pending<?>> waiting = ConcurrentHashMap.newKeySet();
  private volatile @Nullable AofException end;

  /** Steps that run in {@code inbox}, as long as {@code journal} takes records. */
  Commands(Inbox inbox, ManifestJournal journal) {
    this.inbox = inbox;
    this.journal = journal;
  }

  /** Has the step run, which gives the answer then or later. */
  void add(Pending<?> answer, Runnable step) {
    inbox.add(
        () -> {
          try {
            journal.checkUsable();
            step.run();
          } catch (AofException e) {
            answer.fail(e);
          }
        });
    remember(answer);
  }

  /** Fails an answer that nobody gave until the end; one that comes too late fails at once. */
  void remember(Pending<?> answer) {
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
