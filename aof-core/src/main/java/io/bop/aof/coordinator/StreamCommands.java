package io.bop.aof.coordinator;

import io.bop.aof.AofException;
import io.bop.aof.format.ManifestRecord;
import io.bop.aof.manifest.Ledger;
import io.bop.aof.manifest.SegmentEntry;
import io.bop.aof.manifest.StreamLedger;
import io.bop.aof.tier0.HotStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * What callers ask for a stream as a whole, and wait for. Called from any thread; what is decided
 * is decided on the coordinator.
 */
final class StreamCommands {

  private final Parts parts;
  private final Ledger ledger;
  private final ManifestJournal journal;
  private final SegmentMoves moves;
  private final Inbox inbox;
  private final OpenAnswers answers;

  StreamCommands(
      Parts parts,
      Ledger ledger,
      ManifestJournal journal,
      SegmentMoves moves,
      Inbox inbox,
      OpenAnswers answers) {
    this.parts = parts;
    this.ledger = ledger;
    this.journal = journal;
    this.moves = moves;
    this.inbox = inbox;
    this.answers = answers;
  }

  /** Creates a stream durably. */
  void createStream(String name, Pending<StreamLedger> answer) {
    command(
        answer,
        () -> {
          StreamLedger existing = ledger.stream(name);
          if (existing != null) {
            // Somebody else may have created it in this very batch.
            journal.whenDurable(() -> answer.complete(existing));
            return;
          }
          long id = ledger.nextStreamId();
          journal.append(
              new ManifestRecord.StreamCreated(
                  id, parts.host().time().wallMicros(), name, new byte[0]));
          journal.whenDurable(() -> created(id, answer));
        });
  }

  /** Asks something of the ledger on the coordinator's thread. */
  <T> Pending<T> ask(Supplier<T> question) {
    Pending<T> answer = new Pending<>(parts.host());
    command(
        answer,
        () -> {
          T value = question.get();
          journal.whenDurable(() -> answer.complete(value));
        });
    return answer;
  }

  private void created(long id, Pending<StreamLedger> answer) {
    StreamLedger created = ledger.stream(id);
    if (created == null) {
      answer.fail(new IllegalStateException("stream vanished: id=" + id));
      return;
    }
    parts.config().listener().streamCreated(created.name());
    answer.complete(created);
  }

  /** Deletes a stream: its segments are retired, its files go in the background. */
  void deleteStream(long streamId, Pending<Boolean> answer) {
    command(
        answer,
        () -> {
          StreamLedger stream = ledger.stream(streamId);
          if (stream == null || stream.deleted()) {
            journal.whenDurable(() -> answer.complete(false));
            return;
          }
          List<SegmentEntry> segments = List.copyOf(stream.segments());
          journal.append(
              new ManifestRecord.StreamDeleted(streamId, parts.host().time().wallMicros()));
          journal.whenDurable(() -> answer.complete(true));
          moves.streamDeleted(streamId);
          for (SegmentEntry entry : segments) {
            moves.retired(entry);
            // An upload that was held back for this segment has nobody else to release it.
            moves.recordNextUpload(entry);
          }
        });
  }

  /** Retires the segments that lie wholly below an offset. */
  void truncate(long streamId, long offset, Pending<Boolean> answer) {
    command(
        answer,
        () -> {
          truncateNow(streamId, offset);
          journal.whenDurable(() -> answer.complete(true));
        });
  }

  /** Seals active segments and retires sealed ones whose time has come; on the coordinator. */
  void applyAges(Iterable<HotStream> streams, long nowMicros) {
    for (HotStream stream : streams) {
      if (Retention.isTooOld(parts, stream)) {
        stream.tripActive();
      }
      StreamLedger known = ledger.stream(stream.id());
      if (known != null && !known.deleted()) {
        truncateNow(stream.id(), Retention.keepFrom(parts.config(), known, nowMicros));
      }
    }
  }

  /* On the coordinator. */
  private void truncateNow(long streamId, long offset) {
    StreamLedger stream = ledger.stream(streamId);
    if (stream == null) {
      return;
    }
    List<SegmentEntry> below = new ArrayList<>();
    long start = stream.startOffset();
    for (SegmentEntry entry : stream.segments()) {
      if (!entry.isSealed() || entry.nextOffset() > offset) {
        break;
      }
      start = Math.max(start, entry.nextOffset());
      below.add(entry);
    }
    if (start > stream.startOffset()) {
      journal.append(
          new ManifestRecord.StreamTruncated(streamId, parts.host().time().wallMicros(), start));
      for (SegmentEntry entry : below) {
        parts.config().listener().retired(stream.name(), entry.segmentId());
        moves.retired(entry);
        moves.recordNextUpload(entry);
      }
    }
  }

  /* A step that somebody waits for: what goes wrong is the answer. */
  private void command(Pending<?> answer, Runnable step) {
    answers.add(answer);
    inbox.add(
        () -> {
          try {
            journal.checkUsable();
            step.run();
          } catch (AofException e) {
            answer.fail(e);
          }
        });
  }
}
