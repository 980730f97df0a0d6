package io.bop.aof.testkit.proof;

import io.bop.aof.AofRecord;
import io.bop.aof.Durability;
import io.bop.aof.testkit.proof.Attempt.Outcome;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What one stream must hold: the oracle of the simulation. Used by one thread at a time.
 *
 * <p>It knows each attempt to append, which record has which offset as far as somebody was told,
 * and up to which offset nothing may be lost by a kill and by a power failure.
 */
final class StreamModel {

  /*
   * Whoever leads a group commit forces every segment of its round, of up to 5 ms each, before it
   * looks at its own record. One whose wake-up was lost waits for all its patience.
   */
  private static final long MOST_LATE_DURABLE_NANOS = 50_000_000;

  /* Who shows a record wakes those who wait for it before it does anything else. */
  private static final long MOST_LATE_VISIBLE_NANOS = 5_000_000;

  private record Place(long attempt, int index) {}

  private final String name;
  private final Map<Long, Attempt> attempts = new HashMap<>();
  private final NavigableMap<Long, Place> known = new TreeMap<>();
  private long startFloor;
  private long startCeiling;
  private int truncations;
  private long written;
  private long durable;
  private long archived;

  /* When each durable offset of this process was seen first, and each end of the stream. */
  private final NavigableMap<Long, Long> shownDurable = new TreeMap<>();
  private final NavigableMap<Long, Long> shownNext = new TreeMap<>();

  /* For each process that ended: the lowest end of the stream that an open has found since. */
  private final List<Long> found = new ArrayList<>();

  StreamModel(String name) {
    this.name = name;
  }

  String name() {
    return name;
  }

  /** The offset that no survivor of a power failure may fall short of. */
  long durable() {
    return durable;
  }

  /** The offset that no survivor of a kill may fall short of. */
  long written() {
    return written;
  }

  // ---- appends

  /** The process that runs, counted from 0. */
  int process() {
    return found.size();
  }

  void begin(Attempt attempt) {
    attempts.put(attempt.id, attempt);
  }

  void acknowledged(Attempt attempt, long first, Durability level) {
    attempt.outcome = Outcome.ACKNOWLEDGED;
    for (int i = 0; i < attempt.sizes.length; i++) {
      learn(first + i, attempt.id, i);
    }
    long end = first + attempt.sizes.length;
    written = Math.max(written, end);
    if (level != Durability.MEMORY) {
      durable = Math.max(durable, end);
    }
    if (level == Durability.ARCHIVED) {
      archived = Math.max(archived, end);
    }
  }

  void refused(Attempt attempt) {
    attempt.outcome = Outcome.REFUSED;
  }

  /** A flush came back that was begun when so much was acknowledged. */
  void flushed(long end) {
    durable = Math.max(durable, end);
  }

  private void learn(long offset, long attempt, int index) {
    Place place = new Place(attempt, index);
    Place before = known.putIfAbsent(offset, place);
    if (before != null && !before.equals(place)) {
      throw violation("an offset has two records: offset=" + offset + " " + before + " " + place);
    }
  }

  // ---- truncation

  void truncating(long below) {
    truncations++;
    startCeiling = Math.max(startCeiling, below);
  }

  /* What the store shows may be the work of another truncation, which is not durable yet. */
  void truncated(long start) {
    truncations--;
    if (truncations == 0) {
      startFloor = Math.max(startFloor, start);
      known.headMap(startFloor).clear();
    }
  }

  // ---- reading

  /** One pass of a reader over the stream. */
  final class Walk {
    private final boolean durableOnly;
    private long next;
    private @Nullable Attempt batch;
    private int nextInBatch;
    private final Map<Integer, Long> lastOfClient = new HashMap<>();

    /**
     * Begins a walk.
     *
     * @param from the offset that the reader was opened at
     * @param durableOnly whether the reader gives only what survives a power failure
     */
    Walk(long from, boolean durableOnly) {
      this.next = from;
      this.durableOnly = durableOnly;
    }

    void saw(AofRecord record) {
      long offset = record.offset();
      if (offset < next) {
        throw violation("an offset goes back: offset=" + offset + " expected=" + next);
      }
      checkSkipped(next, offset);
      byte[] payload = record.payloadBytes();
      if (payload.length < Payloads.HEADER) {
        throw violation("a record that nobody appended: offset=" + offset);
      }
      Attempt attempt = attempts.get(Payloads.attempt(payload));
      if (attempt == null) {
        throw violation("a record that nobody appended: offset=" + offset);
      }
      int index = Payloads.index(payload);
      check(offset, attempt, index, payload);
      learn(offset, attempt.id, index);
      checkOrder(offset, attempt, index);
      written = Math.max(written, offset + 1);
      if (durableOnly) {
        durable = Math.max(durable, offset + 1);
      }
      next = offset + 1;
    }

    private void check(long offset, Attempt attempt, int index, byte[] payload) {
      if (index < 0
          || index >= attempt.sizes.length
          || !Arrays.equals(payload, attempt.payload(index))) {
        throw violation("a record that nobody appended: offset=" + offset + " " + attempt);
      }
      if (attempt.outcome == Outcome.REFUSED) {
        throw violation("a refused record is there: offset=" + offset + " " + attempt);
      }
      if (attempt.process < process() && offset >= found.get(attempt.process)) {
        throw violation("a record is back that was lost: offset=" + offset + " " + attempt);
      }
      Place expected = known.get(offset);
      if (expected != null && !expected.equals(new Place(attempt.id, index))) {
        throw violation(
            "another record than before: offset=" + offset + " " + attempt + " was=" + expected);
      }
    }

    /* A batch is whole and contiguous, and each client's records keep their order. */
    private void checkOrder(long offset, Attempt attempt, int index) {
      if (batch != null && (batch != attempt || index != nextInBatch)) {
        throw violation("a batch is torn: offset=" + offset + " batch=" + batch);
      }
      if (batch == null && index != 0 && !lastOfClient.isEmpty()) {
        throw violation("a batch without its begin: offset=" + offset + " " + attempt);
      }
      batch = index + 1 < attempt.sizes.length ? attempt : null;
      nextInBatch = index + 1;
      Long last = lastOfClient.put(attempt.client, attempt.id);
      if (last != null && (last > attempt.id || last == attempt.id && index == 0)) {
        throw violation(
            "a client's records changed their order: offset="
                + offset
                + " "
                + attempt
                + " after="
                + last);
      }
    }

    private void checkSkipped(long from, long to) {
      Map.Entry<Long, Place> lost = known.ceilingEntry(from);
      if (lost != null && lost.getKey() < to) {
        throw violation(
            "a record is lost: offset="
                + lost.getKey()
                + " "
                + lost.getValue()
                + " reader at="
                + to);
      }
    }

    /** The reader found nothing more, and {@code end} was the end when it was opened. */
    void ended(long end) {
      checkSkipped(next, end);
      if (batch != null) {
        throw violation("a batch is torn at the end: " + batch);
      }
    }

    long next() {
      return next;
    }
  }

  // ---- after the end of a process

  /** How a process ended. */
  enum End {
    /** By a close that returned: everything acknowledged is durable. */
    CLOSED,
    /** Killed; the machine went on. */
    KILLED,
    /** With the power. */
    CRASHED
  }

  /** Checks what the store says after an open, and forgets what may be lost. */
  void reopened(End how, long start, long next) {
    long floor = how == End.CRASHED ? durable : written;
    if (next < floor) {
      throw violation(
          "acknowledged records are lost: end=" + how + " next=" + next + " acknowledged=" + floor);
    }
    checkStart(start);
    truncations = 0;
    known.tailMap(next).clear();
    found.replaceAll(end -> Math.min(end, next));
    found.add(next);
    written = next;
    durable = next;
    shownDurable.clear();
    shownNext.clear();
    // A new process shows what is archived when it has found the chunk that says so in the bucket.
    archived = 0;
  }

  /**
   * Checks the offsets that the store shows while it runs.
   *
   * @param nanos when that is
   */
  void checkOffsets(long start, long archivedNow, long durableNow, long next, long nanos) {
    shownDurable.putIfAbsent(durableNow, nanos);
    shownNext.putIfAbsent(next, nanos);
    checkStart(start);
    if (start > next || archivedNow > durableNow || durableNow > next) {
      throw violation(
          "offsets out of order: start="
              + start
              + " archived="
              + archivedNow
              + " durable="
              + durableNow
              + " next="
              + next);
    }
    if (next < written || durableNow < durable || archivedNow < archived) {
      throw violation(
          "an offset fell behind what was acknowledged: archived="
              + archivedNow
              + "/"
              + archived
              + " durable="
              + durableNow
              + "/"
              + durable
              + " next="
              + next
              + "/"
              + written);
    }
    durable = Math.max(durable, durableNow);
    archived = Math.max(archived, archivedNow);
  }

  /**
   * Checks that somebody who waited for the record at {@code offset} was woken when it came; the
   * clock stands still while a thread can run.
   *
   * @param durable whether it was waited for to be durable, or only to be there
   * @param nanos when the wait was over
   */
  void checkWoken(long offset, boolean durable, long nanos) {
    Map.Entry<Long, Long> first = (durable ? shownDurable : shownNext).higherEntry(offset);
    long mostLate = durable ? MOST_LATE_DURABLE_NANOS : MOST_LATE_VISIBLE_NANOS;
    if (first != null && nanos - first.getValue() > mostLate) {
      throw violation(
          "a waiter was not woken: offset="
              + offset
              + " durable="
              + durable
              + " end="
              + first.getKey()
              + " lateNanos="
              + (nanos - first.getValue()));
    }
  }

  private void checkStart(long start) {
    if (start < startFloor || start > Math.max(startFloor, startCeiling)) {
      throw violation(
          "start offset is wrong: start="
              + start
              + " floor="
              + startFloor
              + " ceiling="
              + startCeiling);
    }
  }

  AssertionError violation(String what) {
    return new AssertionError("stream " + name + ": " + what);
  }
}
