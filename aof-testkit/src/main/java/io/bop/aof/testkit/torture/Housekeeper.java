package io.bop.aof.testkit.torture;

import io.bop.aof.AofException;
import io.bop.aof.AofStream;
import io.bop.aof.BackpressureException;
import io.bop.aof.CompressionProfile;
import io.bop.aof.StreamSnapshot;
import io.bop.aof.testkit.SeededRandom;
import java.util.List;

/** Seals, flushes, truncates and changes the profile, so that nothing stays where it is. */
final class Housekeeper implements Runnable {

  /** Record bytes that a stream keeps; what is older is truncated now and then. */
  private static final long KEPT_BYTES = 4L * 1024 * 1024;

  private static final long LONGEST_PAUSE_MICROS = 40_000;

  private final Workplace workplace;
  private final SeededRandom random;

  Housekeeper(Workplace workplace, int thread) {
    this.workplace = workplace;
    this.random = workplace.random(thread);
  }

  @Override
  public void run() {
    try {
      while (true) {
        workplace.pause(random.between(0, (int) LONGEST_PAUSE_MICROS) * 1_000L);
        TortureStream stream = TortureStream.at(random.nextInt(TortureStream.values().length));
        doSomething(stream, workplace.stream(stream));
      }
    } catch (InterruptedException | RuntimeException | Error e) {
      workplace.ended("housekeeping", e);
    }
  }

  private void doSomething(TortureStream name, AofStream stream) {
    try {
      switch (random.nextInt(8)) {
        case 0, 1 -> stream.seal();
        case 2, 3 -> stream.flush();
        case 4 -> {
          CompressionProfile[] profiles = CompressionProfile.values();
          workplace.store().compressionProfile(profiles[random.nextInt(profiles.length)]);
        }
        default -> truncate(name, stream);
      }
    } catch (AofException e) {
      if (!(e instanceof BackpressureException) && !Causes.isDiskFull(e)) {
        throw e;
      }
    }
  }

  /* Whole segments from the oldest on, as long as those behind them hold enough. */
  private void truncate(TortureStream name, AofStream stream) {
    List<StreamSnapshot.Segment> segments = stream.snapshot().segments();
    long bytes = segments.stream().mapToLong(StreamSnapshot.Segment::bytes).sum();
    long cut = -1;
    for (StreamSnapshot.Segment segment : segments) {
      bytes -= segment.bytes();
      if (bytes < KEPT_BYTES || !isSealed(segment)) {
        break;
      }
      cut = segment.nextOffset();
    }
    if (cut < 0) {
      return;
    }
    workplace.reports().send(new Message.Truncating(name, cut));
    stream.truncateBefore(cut);
    if (stream.startOffset() < cut) {
      throw new IllegalStateException(
          "not truncated: stream=" + name + " to=" + cut + " start=" + stream.startOffset());
    }
    workplace.reports().send(new Message.Truncated(name, stream.startOffset()));
  }

  private static boolean isSealed(StreamSnapshot.Segment segment) {
    return switch (segment.state()) {
      case ACTIVE, SEALING, RETIRED -> false;
      case SEALED, COMPRESSED, UPLOADED -> true;
    };
  }
}
