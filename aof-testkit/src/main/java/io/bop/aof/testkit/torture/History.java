package io.bop.aof.testkit.torture;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * All that the killed processes said about one store, and the judge of what is found in it later.
 * Confined to one thread at a time.
 */
final class History {

  /*
   * A step is pending from its intent to its answer. What is pending when its process dies may be
   * there or not; the first complete look decides, for good. What is neither known nor pending was
   * never appended, or was refused, or is there a second time.
   */
  private final long seed;
  private final Map<StepId, PendingStep> pending = new HashMap<>();
  private final EnumMap<TortureStream, StreamHistory> streams = new EnumMap<>(TortureStream.class);
  private long acknowledged;
  private long verified;
  private long settled;

  History(long seed) {
    this.seed = seed;
    for (TortureStream stream : TortureStream.values()) {
      streams.put(stream, new StreamHistory(stream));
    }
  }

  /** Records acknowledged so far. */
  long acknowledged() {
    return acknowledged;
  }

  /** Records read back so far that were known, each as often as it was read after a start. */
  long verified() {
    return verified;
  }

  /** Records without an answer that turned out to be there. */
  long settled() {
    return settled;
  }

  /**
   * Takes in what a process said.
   *
   * @throws Violation when it breaks a promise
   */
  void accept(Message message) {
    if (message instanceof Message.Intended m) {
      pending.put(m.step(), new PendingStep(Step.of(seed, m.step())));
    } else if (message instanceof Message.Acknowledged m) {
      acknowledge(m);
    } else if (message instanceof Message.Refused m) {
      refuse(m);
    } else if (message instanceof Message.Seen m) {
      see(m);
    } else if (message instanceof Message.Truncating m) {
      of(m.stream()).truncating(m.offset());
    } else if (message instanceof Message.Truncated m) {
      of(m.stream()).truncated(m.startOffset());
    } else if (message instanceof Message.Opened m) {
      opened(m);
    } else if (message instanceof Message.StreamFound m) {
      found(m);
    } else if (message instanceof Message.RecordRead m) {
      read(m);
    } else if (message instanceof Message.StreamRead m) {
      streamRead(of(m.stream()));
    } else if (message instanceof Message.ArchivedFound m) {
      of(m.stream()).archivedFound(m.archivedOffset());
    } else if (message instanceof Message.Verified) {
      // What was not found now can't appear later.
      pending.clear();
    } else if (message instanceof Message.Failed m) {
      throw new Violation(m.what());
    }
  }

  private StreamHistory of(TortureStream stream) {
    return Objects.requireNonNull(streams.get(stream));
  }

  // ---- while it runs

  private void acknowledge(Message.Acknowledged m) {
    PendingStep answered = pending.remove(m.step());
    if (answered == null) {
      throw new Violation("acknowledged without an intent: " + m);
    }
    Step step = answered.step();
    for (int i = 0; i < step.count(); i++) {
      of(step.stream()).know(m.offset() + i, step.recordId(i), "acknowledged");
    }
    switch (step.durability()) {
      case ARCHIVED -> of(step.stream()).archived(m.offset() + step.count());
      case MEMORY, FLUSHED -> {}
    }
    acknowledged += step.count();
  }

  private void refuse(Message.Refused m) {
    PendingStep refused = pending.remove(m.step());
    if (refused == null || refused.wasMet()) {
      throw new Violation("refused, but it is there: " + m);
    }
  }

  private void see(Message.Seen m) {
    StreamHistory stream = of(m.stream());
    if (!stream.isTruncated(m.offset()) && !stream.isKnown(m.offset(), m.id())) {
      pendingOf(m.stream(), m.offset(), m.id()).met();
      stream.know(m.offset(), m.id(), "seen by a reader");
    }
  }

  private PendingStep pendingOf(TortureStream stream, long offset, RecordId id) {
    PendingStep step = pending.get(id.stepId());
    if (step == null || step.step().stream() != stream || id.index() >= step.step().count()) {
      throw new Violation(
          "record that was never appended here, was refused, or is there twice: stream="
              + stream
              + " offset="
              + offset
              + " record="
              + id);
    }
    return step;
  }

  // ---- after a start

  private void opened(Message.Opened m) {
    if (!m.findings().isEmpty()) {
      throw new Violation("a mere kill must leave nothing to repair: " + m.findings());
    }
    boolean known = streams.values().stream().anyMatch(StreamHistory::isStarted);
    if (m.created() && known) {
      throw new Violation("the store was lost: a new one was created in its place");
    }
  }

  private void found(Message.StreamFound m) {
    StreamHistory stream = of(m.stream());
    stream.found(m);
    pending.values().stream()
        .filter(step -> step.step().stream() == m.stream())
        .forEach(PendingStep::beginLook);
  }

  private void read(Message.RecordRead m) {
    StreamHistory stream = of(m.stream());
    stream.read(m.offset(), m.id());
    Step step = Step.of(seed, m.id().stepId());
    if (step.record(m.id().index()).digest() != m.digest()) {
      throw new Violation("record with other content than was appended: " + m);
    }
    @Nullable PendingStep unanswered = pending.get(m.id().stepId());
    if (unanswered != null) {
      unanswered.found(m.offset(), m.id());
    }
    if (stream.isKnown(m.offset(), m.id())) {
      verified++;
    } else {
      pendingOf(m.stream(), m.offset(), m.id());
      stream.know(m.offset(), m.id(), "found");
      settled++;
    }
  }

  private void streamRead(StreamHistory stream) {
    stream.endLook();
    for (PendingStep step : pending.values()) {
      if (step.step().stream() == stream.stream()) {
        step.endLook();
      }
    }
  }
}
