package io.bop.aof.testkit.torture;

import io.bop.aof.AofStream;
import io.bop.aof.SegmentState;
import io.bop.aof.StreamSnapshot;

/**
 * Waits after an open until the streams say again what is archived, and tells it. A store promises
 * it only after it asked Tier 2, so this takes a moment.
 */
final class ArchiveWatch implements Runnable {

  private static final long PAUSE_NANOS = 5_000_000;

  private final Workplace workplace;

  ArchiveWatch(Workplace workplace) {
    this.workplace = workplace;
  }

  @Override
  public void run() {
    try {
      for (TortureStream name : TortureStream.values()) {
        AofStream stream = workplace.stream(name);
        long uploaded = uploaded(stream.snapshot());
        while (stream.archivedOffset() < uploaded) {
          workplace.pause(PAUSE_NANOS);
          workplace.store().streamNames();
        }
        workplace.reports().send(new Message.ArchivedFound(name, stream.archivedOffset()));
      }
    } catch (InterruptedException | RuntimeException | Error e) {
      workplace.ended("archived offset", e);
    }
  }

  private static long uploaded(StreamSnapshot stream) {
    long below = 0;
    for (StreamSnapshot.Segment segment : stream.segments()) {
      if (segment.state() != SegmentState.UPLOADED) {
        break;
      }
      below = segment.nextOffset();
    }
    return below;
  }
}
