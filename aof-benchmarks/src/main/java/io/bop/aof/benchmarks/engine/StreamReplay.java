package io.bop.aof.benchmarks.engine;

import io.bop.aof.AofReader;
import io.bop.aof.AofRecord;
import io.bop.aof.AofStream;
import io.bop.aof.ReadFrom;
import io.bop.aof.ReadOptions;

/** Reads a stream from its start to its end with {@link AofReader#next()}. */
final class StreamReplay {

  private StreamReplay() {}

  /**
   * Reads everything.
   *
   * @return records read
   * @throws IllegalStateException when a record is missing
   */
  static long all(AofStream stream, ReadOptions options) {
    long expected = stream.nextOffset() - stream.startOffset();
    long records = 0;
    long bytes = 0;
    try (AofReader reader = stream.reader(ReadFrom.earliest(), options)) {
      for (AofRecord next = reader.next(); next != null; next = reader.next()) {
        bytes += next.payloadSize();
        records++;
      }
    }
    if (records != expected || bytes <= 0) {
      throw new IllegalStateException(
          "replay is incomplete: expected=" + expected + " read=" + records + " bytes=" + bytes);
    }
    return records;
  }
}
