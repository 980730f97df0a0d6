package io.bop.aof.testkit.proof;

import io.bop.aof.AofStore;
import io.bop.aof.AofStream;
import io.bop.aof.AppendRequest;
import io.bop.aof.Durability;
import io.bop.aof.testkit.proof.Workload.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Streams that are created, get a few records and are deleted, one after the other; what a client
 * was told of them holds after each open. Used by one thread at a time.
 */
final class PassingStreams {

  private static final int MOST_RECORDS = 4;

  private final SplittableRandom random;
  private final Sizes sizes;
  private final List<Passing> all = new ArrayList<>();

  /* Appends under way in this process: one that comes late would create a deleted stream again. */
  private int[] appending = new int[1];

  /** One of them, and what clients were told. */
  private static final class Passing {
    final String name;
    long attempted;
    long durable;
    boolean deleting;
    boolean deleted;

    Passing(String name) {
      this.name = name;
    }
  }

  PassingStreams(SplittableRandom random, Sizes sizes) {
    this.random = random;
    this.sizes = sizes;
  }

  /** Creates the next one, or has the last one go on its way. */
  Operation next(AofStore store) {
    Passing last = all.isEmpty() ? null : all.get(all.size() - 1);
    if (last == null || last.deleting) {
      Passing fresh = new Passing("passing-" + all.size());
      all.add(fresh);
      return append(store, fresh);
    }
    return random.nextInt(3) == 0 && appending[0] == 0 ? delete(store, last) : append(store, last);
  }

  private Operation append(AofStore store, Passing passing) {
    byte[] payload = Payloads.of(1, 0, 1, sizes.inBatch(random));
    int records = 1 + random.nextInt(MOST_RECORDS);
    passing.attempted += records;
    boolean seal = random.nextBoolean();
    int[] mine = appending;
    mine[0]++;
    return () -> {
      try {
        append(store, passing, payload, records, seal);
      } finally {
        mine[0]--;
      }
    };
  }

  private static void append(
      AofStore store, Passing passing, byte[] payload, int records, boolean seal) {
    AofStream stream = store.stream(passing.name);
    for (int i = 0; i < records; i++) {
      AppendRequest request = AppendRequest.builder(payload).durability(Durability.FLUSHED).build();
      passing.durable = Math.max(passing.durable, stream.append(request).offset() + 1);
    }
    if (seal) {
      stream.seal();
    }
  }

  private static Operation delete(AofStore store, Passing passing) {
    passing.deleting = true;
    return () -> {
      store.deleteStream(passing.name);
      // Without a stream of that name nothing is recorded, and so nothing is promised.
      passing.deleted = passing.durable > 0;
    };
  }

  /** Checks what is there after an open. */
  void check(AofStore store) {
    appending = new int[1];
    for (Passing passing : all) {
      Optional<AofStream> found = store.findStream(passing.name);
      if (passing.deleted && found.isPresent()) {
        throw new AssertionError("a deleted stream is back: stream=" + passing.name);
      }
      @Nullable AofStream stream = found.orElse(null);
      long next = stream == null ? 0 : stream.nextOffset();
      if (next > passing.attempted) {
        throw new AssertionError(
            "records that nobody appended: stream="
                + passing.name
                + " next="
                + next
                + " appended="
                + passing.attempted);
      }
      if (!passing.deleting && next < passing.durable) {
        throw new AssertionError(
            "acknowledged records are lost: stream="
                + passing.name
                + " next="
                + next
                + " acknowledged="
                + passing.durable);
      }
    }
  }
}
