package io.bop.aof.read;

import io.bop.aof.AofReader;
import io.bop.aof.ReadOptions;
import io.bop.aof.manifest.SegmentEntry;
import java.util.function.BooleanSupplier;

/** Finds the lowest offset whose timestamp is at least a given one. */
public final class TimestampSeek {

  private TimestampSeek() {}

  /**
   * A reader that begins at the lowest offset whose timestamp is at least {@code micros}; at the
   * end when there is none. Timestamps need not rise: segments are passed over by their highest
   * one, frames of warm and cold copies by theirs, and what remains is walked.
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
    StreamReader reader = new StreamReader(view, options, from, closed);
    boolean found = false;
    try {
      reader.seek(micros);
      found = true;
      return reader;
    } finally {
      if (!found) {
        reader.close();
      }
    }
  }
}
