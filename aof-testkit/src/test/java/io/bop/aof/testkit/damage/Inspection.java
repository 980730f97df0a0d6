package io.bop.aof.testkit.damage;

import io.bop.aof.AofException;
import io.bop.aof.AofReader;
import io.bop.aof.AofRecord;
import io.bop.aof.AofStore;
import io.bop.aof.AofStream;
import io.bop.aof.ReadFrom;
import io.bop.aof.testkit.SeededRandom;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads everything in a store by every kind of reader and compares. Confined to one thread. */
final class Inspection {

  private final StoreTemplate template;
  private final StoreMap map;
  private final Damage damage;
  private final SeededRandom random;
  private Verdict verdict = Verdict.EQUAL;

  Inspection(StoreTemplate template, StoreMap map, Damage damage, SeededRandom random) {
    this.template = template;
    this.map = map;
    this.damage = damage;
    this.random = random;
  }

  /** What was found; throws {@link AssertionError} on a wrong or lost record. */
  Verdict run(AofStore store) {
    for (Expected expected : template.expected().values()) {
      Optional<AofStream> stream = store.findStream(expected.stream());
      if (stream.isEmpty()) {
        throw new AssertionError("stream is lost: stream=" + expected.stream());
      }
      walk(stream.get(), expected);
      for (int i = 0; i < 3; i++) {
        readAt(stream.get(), expected, random.nextInt(expected.count()));
        seek(stream.get(), expected, random.nextInt(expected.count()));
      }
    }
    return verdict;
  }

  /* From the earliest on; behind an error at the next segment. */
  private void walk(AofStream stream, Expected expected) {
    long offset = stream.startOffset();
    require(offset == 0, "start moved: start=" + offset, expected, 0);
    while (offset < expected.count()) {
      long failed = read(stream, expected, offset);
      if (failed == expected.count()) {
        return;
      }
      SegmentPlace place = segmentOf(expected, failed);
      offset = place.nextOffset();
    }
  }

  /* Reads on until an error or the end, and judges both; returns where it stopped. */
  private long read(AofStream stream, Expected expected, long from) {
    long offset = from;
    try (AofReader reader =
        stream.reader(from == 0 ? ReadFrom.earliest() : ReadFrom.offset(from))) {
      for (AofRecord record = reader.next(); record != null; record = reader.next()) {
        require(record.offset() == offset, "gap: found=" + record.offset(), expected, offset);
        require(expected.holds(record), "wrong record", expected, offset);
        offset++;
      }
    } catch (AofException e) {
      failed(expected, offset, e);
      return offset;
    }
    if (offset < expected.count()) {
      ended(stream, expected, offset);
      return expected.count();
    }
    return offset;
  }

  private void readAt(AofStream stream, Expected expected, long offset) {
    try (AofReader reader = stream.reader(ReadFrom.offset(offset))) {
      AofRecord record = reader.next();
      if (record == null) {
        ended(stream, expected, offset);
        return;
      }
      require(record.offset() == offset, "found=" + record.offset(), expected, offset);
      require(expected.holds(record), "wrong record", expected, offset);
    } catch (AofException e) {
      failed(expected, offset, e);
    }
  }

  private void seek(AofStream stream, Expected expected, long near) {
    long micros = expected.timestamp(near) + random.between(-1, 1);
    long wanted = expected.firstAtLeast(micros);
    Instant time = Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    try (AofReader reader = stream.reader(ReadFrom.timestamp(time))) {
      AofRecord record = reader.next();
      if (record == null) {
        if (wanted < expected.count()) {
          ended(stream, expected, wanted);
        }
        return;
      }
      require(record.offset() == wanted, "seek found=" + record.offset(), expected, wanted);
      require(expected.holds(record), "wrong record", expected, wanted);
    } catch (AofException e) {
      // A search walks the segment that the record may be in, and that before it.
      SegmentPlace place = segmentOf(expected, Math.min(wanted, expected.count() - 1));
      boolean excused = !survives(place) || lostIn(expected);
      require(excused, "seek fails: " + e, expected, wanted);
      worse(Verdict.RANGE);
    }
  }

  private boolean lostIn(Expected expected) {
    return map.segments().stream()
        .anyMatch(place -> place.stream().equals(expected.stream()) && !survives(place));
  }

  /* An error is right where the only copy is damaged. */
  private void failed(Expected expected, long offset, AofException e) {
    SegmentPlace place = segmentOf(expected, Math.min(offset, expected.count() - 1));
    boolean told = String.valueOf(e.getMessage()).contains(expected.stream());
    require(!survives(place), "another copy is there: " + e, expected, offset);
    require(told, "error names no stream: " + e, expected, offset);
    worse(Verdict.RANGE);
  }

  /* A stream may end early only above what its durable position proves, or when it says so. */
  private void ended(AofStream stream, Expected expected, long offset) {
    SegmentPlace place = segmentOf(expected, offset);
    @Nullable String failure = stream.snapshot().failure();
    boolean refuses = failure != null && !survives(place);
    boolean torn = offset >= place.durableOffset() && !survives(place);
    require(refuses || torn, "records are lost: failure=" + failure, expected, offset);
    worse(torn ? Verdict.CUT : Verdict.RANGE);
  }

  private boolean survives(SegmentPlace place) {
    List<Path> damaged = damage.paths();
    return place.copies().stream().anyMatch(copy -> !damaged.contains(copy));
  }

  private SegmentPlace segmentOf(Expected expected, long offset) {
    return map.segments().stream()
        .filter(place -> place.contains(expected.stream(), offset))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no segment: " + expected.stream() + "@" + offset));
  }

  private void worse(Verdict other) {
    verdict = verdict.worse(other);
  }

  private static void require(boolean holds, String what, Expected expected, long offset) {
    if (!holds) {
      throw new AssertionError(what + " stream=" + expected.stream() + " offset=" + offset);
    }
  }
}
