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

  private void truncate(TortureStream name, AofStream stream) {
    long kept = 0;
    List<StreamSnapshot.Segment> segments = stream.snapshot().segments();
    for (int i = segments.size() - 1; i >= 0; i--) {
      StreamSnapshot.Segment segment = segments.get(i);
      kept += segment.bytes();
      if (kept > KEPT_BYTES) {
        workplace.reports().send(new Message.Truncating(name, segment.nextOffset()));
        stream.truncateBefore(segment.nextOffset());
        workplace.reports().send(new Message.Truncated(name, stream.startOffset()));
        return;
      }
    }
  }
}
