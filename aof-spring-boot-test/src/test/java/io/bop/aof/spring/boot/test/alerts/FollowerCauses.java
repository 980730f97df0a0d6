package io.bop.aof.spring.boot.test.alerts;

import io.bop.aof.AofStream;
import io.bop.aof.format.ObjectKeys;
import io.bop.aof.store.Engine;
import io.bop.aof.testkit.objectstore.Fault;
import io.bop.aof.testkit.objectstore.MemoryBucket;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** A follower that does not get what its writer has. */
final class FollowerCauses {

  private static final int SIZE = 10_000;
  private static final Duration POLL = Duration.ofMillis(100);

  private FollowerCauses() {}

  static List<Cause> all() {
    return List.of(new Lag(), new Failed());
  }

  /** With an archived stream. */
  private static Machine newWriter() {
    Machine machine =
        new Machine(
            new MemoryBucket(),
            (on, events) -> Engine.open(Machine.config(events).build(), on.host(), on.objects()));
    AofStream stream = machine.stream();
    Machine.append(stream, 20, SIZE);
    Machine.archive(stream);
    return machine;
  }

  private static Machine followerOf(Machine writer) {
    return new Machine(
        writer.bucket(),
        (on, events) ->
            Engine.openFollower(
                Machine.config(events).follower(f -> f.withPollInterval(POLL)).build(),
                on.host(),
                on::objects));
  }

  /** Another machine is followed. */
  private abstract static class FollowerCause extends MachineCause {

    private final Machine writer;

    FollowerCause(String name, Machine writer, String... alerts) {
      super(name, followerOf(writer), alerts);
      this.writer = writer;
    }

    final Machine writer() {
      return writer;
    }

    @Override
    public void close() {
      super.close();
      writer.close();
    }
  }

  /** The follower cannot reach the bucket. */
  private static final class Lag extends FollowerCause {

    Lag() {
      super("follower-lag", newWriter(), "AofFollowerLag");
    }

    @Override
    Set<String> companions() {
      return Set.of("AofBreakerOpen", "AofTier2Errors");
    }

    @Override
    void happen() {
      machine().faults().down(Fault.UNREACHABLE);
    }

    @Override
    void end() {
      machine().faults().heal();
    }
  }

  /** A chunk of the manifest rots in the bucket; then a backup of it is put back. */
  private static final class Failed extends FollowerCause {

    private String key = "";
    private byte[] intact = {};

    Failed() {
      super("follower-failed", newWriter(), "AofFollowerFailed");
    }

    /* It stands still from then on. */
    @Override
    Set<String> companions() {
      return Set.of("AofFollowerLag");
    }

    @Override
    void happen() {
      machine().faults().down(Fault.UNREACHABLE);
      Set<String> before = Set.copyOf(writer().bucket().keys());
      Machine.append(writer().stream(), 20, SIZE);
      Machine.archive(writer().stream());
      Set<String> news = new TreeSet<>(writer().bucket().keys());
      news.removeAll(before);
      key =
          news.stream()
              .filter(name -> ObjectKeys.parseManifestChunk(name).isPresent())
              .findFirst()
              .orElseThrow();
      intact = writer().bucket().content(key).orElseThrow();
      byte[] rotten = intact.clone();
      rotten[rotten.length / 2] ^= 4;
      writer().bucket().replaceContent(key, rotten);
      machine().faults().heal();
    }

    @Override
    void end() {
      writer().bucket().replaceContent(key, intact);
      machine().restart();
    }
  }
}
