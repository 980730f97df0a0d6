package io.bop.aof.read;

import io.bop.aof.AofReader;
import io.bop.aof.AofRecord;
import io.bop.aof.ReadOptions;
import io.bop.aof.manifest.SegmentEntry;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Finds the lowest offset whose timestamp is at least a given one. */
public final class TimestampSeek {

  private TimestampSeek() {}

  /**
   * A reader that begins at the lowest offset whose timestamp is at least {@code micros}; at the
   * end when there is none. Timestamps need not rise: segments are passed over by their highest
   * one, and the first that remains is walked.
   */
  public static AofReader open(
      ReadView view, ReadOptions options, long micros, BooleanSupplier closed) {
    long from = view.ledger().startOffset();
    for (SegmentEntry entry : view.ledger().segments()) {
      if (!entry.isSealed() || entry.maxTimestamp() >= micros) {
        break;
      }
      from = Math.max(from, entry.nextOffset());
    }
    long found = from;
    try (StreamReader scan = new StreamReader(view, options, from, closed)) {
      @Nullable AofRecord record = scan.next();
      while (record != null && record.timestampMicros() < micros) {
        record = scan.next();
      }
      found = record == null ? scan.nextOffset() : record.offset();
    }
    return new StreamReader(view, options, found, closed);
  }
}
