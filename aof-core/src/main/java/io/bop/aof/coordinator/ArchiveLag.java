package io.bop.aof.coordinator;

import io.bop.aof.manifest.SegmentEntry;
import io.bop.aof.manifest.StreamLedger;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What is sealed and not recorded as uploaded. A segment of which no copy is left waits for nothing
 * and is not in it.
 *
 * @param bytes of the records in such segments
 * @param oldest the one that was sealed first; null: there is none
 */
public record ArchiveLag(long bytes, @Nullable SegmentEntry oldest) {

  /** Of these streams. Any thread: what changes meanwhile may or may not be in it. */
  public static ArchiveLag of(Iterable<StreamLedger> streams) {
    long bytes = 0;
    SegmentEntry oldest = null;
    for (StreamLedger stream : streams) {
      List<SegmentEntry> segments = stream.segments();
      // Uploads are recorded in order, so all of it is at the young end.
      for (int i = segments.size() - 1; i >= 0 && !segments.get(i).isSettled(); i--) {
        SegmentEntry entry = segments.get(i);
        if (entry.isSealed() && !entry.hasNoCopy()) {
          bytes += entry.bytes();
          boolean older = oldest == null || entry.sealedAtMicros() < oldest.sealedAtMicros();
          oldest = older ? entry : oldest;
        }
      }
    }
    return new ArchiveLag(bytes, oldest);
  }

  /** Microseconds since the oldest was sealed, by the wall clock; 0 when there is none. */
  public long oldestMicros(long nowMicros) {
    return oldest == null ? 0 : Math.max(0, nowMicros - oldest.sealedAtMicros());
  }

  /** Milliseconds since the oldest was sealed, by the wall clock; 0 when there is none. */
  public long oldestMillis(long nowMicros) {
    return TimeUnit.MICROSECONDS.toMillis(oldestMicros(nowMicros));
  }
}
