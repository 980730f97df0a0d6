package io.bop.aof.testkit.torture;

import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What is known of one stream, and the look at it that is under way. Confined to one thread. */
final class StreamHistory {

  private final TortureStream stream;
  private final NavigableMap<Long, RecordId> known = new TreeMap<>();
  private boolean started;
  private long startAtLeast;
  private long startAtMost;
  private long archivedAtLeast;

  private long next;
  private long expected;
  private @Nullable RecordId lastOfProcess;
  private final NavigableMap<Integer, RecordId> lastOfWriter = new TreeMap<>();

  StreamHistory(TortureStream stream) {
    this.stream = stream;
  }

  TortureStream stream() {
    return stream;
  }

  boolean isStarted() {
    return started;
  }

  // ---- while it runs

  /** The record has that offset, for ever. */
  void know(long offset, RecordId id, String how) {
    RecordId before = known.put(offset, id);
    if (before != null && !before.equals(id)) {
      throw violation(
          "one offset, two records", offset, "before=" + before + " now=" + id + " how=" + how);
    }
  }

  boolean isKnown(long offset, RecordId id) {
    RecordId there = known.get(offset);
    if (there != null && !there.equals(id)) {
      throw violation("another record than before", offset, "before=" + there + " now=" + id);
    }
    return there != null;
  }

  /** Whether a reader may still hold it, although it was truncated and is not known any more. */
  boolean isTruncated(long offset) {
    return offset < startAtLeast;
  }

  void archived(long below) {
    archivedAtLeast = Math.max(archivedAtLeast, below);
  }

  void truncating(long offset) {
    startAtMost = Math.max(startAtMost, offset);
  }

  void truncated(long startOffset) {
    if (startOffset > startAtMost) {
      throw violation("truncated too much", startOffset, "startAtMost=" + startAtMost);
    }
    startAtLeast = Math.max(startAtLeast, startOffset);
    known.headMap(startAtLeast).clear();
  }

  // ---- after a start

  void found(Message.StreamFound m) {
    started = true;
    long start = m.startOffset();
    next = m.nextOffset();
    expected = start;
    lastOfProcess = null;
    lastOfWriter.clear();
    if (start < startAtLeast) {
      throw violation("start went back", start, "before=" + startAtLeast);
    }
    if (start > startAtMost) {
      throw violation("records lost at the start", start, "truncatedTo=" + startAtMost);
    }
    known.headMap(start).clear();
    startAtLeast = start;
    if (!known.isEmpty() && next <= known.lastKey()) {
      throw violation(
          "records lost at the end",
          next,
          "lost="
              + known.tailMap(next).size()
              + " first="
              + known.ceilingEntry(next)
              + " "
              + "last="
              + known.lastEntry());
    }
    if (m.durableOffset() != next) {
      throw violation("not all is durable after an open", next, "durable=" + m.durableOffset());
    }
  }

  /** What was archived stays archived, unless it is truncated. */
  void archivedFound(long below) {
    if (Math.max(below, startAtLeast) < archivedAtLeast) {
      throw violation(
          "archived records are not archived any more", below, "before=" + archivedAtLeast);
    }
    archived(below);
  }

  /** The next record of the look. */
  void read(long offset, RecordId id) {
    if (offset != expected) {
      throw violation("offsets are not dense", offset, "expected=" + expected + " record=" + id);
    }
    expected++;
    RecordId before = lastOfWriter.put(id.writer(), id);
    if (before != null && before.compareTo(id) >= 0) {
      throw violation(
          "a writer's records are not in its order", offset, "before=" + before + " now=" + id);
    }
    RecordId last = lastOfProcess;
    if (last != null && WriterNumbers.process(last) > WriterNumbers.process(id)) {
      throw violation(
          "a record of an earlier process behind one of a later",
          offset,
          "before=" + last + " now=" + id);
    }
    lastOfProcess = id;
  }

  void endLook() {
    if (expected != next) {
      throw violation("the stream ends early", expected, "next=" + next);
    }
  }

  private Violation violation(String what, long offset, String facts) {
    return new Violation(what + ": stream=" + stream + " offset=" + offset + " " + facts);
  }
}
