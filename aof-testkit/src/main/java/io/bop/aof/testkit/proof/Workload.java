package io.bop.aof.testkit.proof;

import io.bop.aof.AofReader;
import io.bop.aof.AofRecord;
import io.bop.aof.AofStore;
import io.bop.aof.AofStream;
import io.bop.aof.AppendOutcomeUnknownException;
import io.bop.aof.AppendRequest;
import io.bop.aof.AppendReservation;
import io.bop.aof.AppendResult;
import io.bop.aof.AppendResult.Appended;
import io.bop.aof.BackpressureException;
import io.bop.aof.CompressionProfile;
import io.bop.aof.Durability;
import io.bop.aof.OffsetConflictException;
import io.bop.aof.OffsetOutOfRangeException;
import io.bop.aof.ReadFrom;
import io.bop.aof.ReadOptions;
import io.bop.aof.ReadOptions.Visibility;
import io.bop.aof.testkit.proof.StreamModel.Walk;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The operations of the clients: each does something with the store and tells the model. */
final class Workload {

  private static final int LONGEST_BATCH = 8;
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private static final long MOST_SEAL_NANOS = 900_000_000;

  private final SplittableRandom random;
  private final Sizes sizes;
  private final Tally tally;
  private final PassingStreams passing;
  private final BooleanSupplier diskFailed;
  private final LongSupplier clock;
  private long nextAttempt = 1;

  /** An operation of a client; begun on the driver, run on a simulated thread. */
  interface Operation {
    void run();
  }

  /** Where an operation works. */
  record Target(AofStore store, StreamModel model, int client) {
    AofStream stream() {
      return store.stream(model.name());
    }
  }

  /**
   * Operations drawn from {@code random}.
   *
   * @param sizes of their records
   * @param diskFailed whether the disk may have failed in this process
   * @param clock of the machine, in nanoseconds
   */
  Workload(
      SplittableRandom random,
      Sizes sizes,
      Tally tally,
      PassingStreams passing,
      BooleanSupplier diskFailed,
      LongSupplier clock) {
    this.random = random;
    this.sizes = sizes;
    this.tally = tally;
    this.passing = passing;
    this.diskFailed = diskFailed;
    this.clock = clock;
  }

  /** Chooses an operation. All chance is drawn here, so that the thread's timing has no say. */
  Operation next(Target target) {
    int choice = random.nextInt(100);
    if (choice < 28) {
      return append(target, expectation(target));
    } else if (choice < 36) {
      return batch(target);
    } else if (choice < 42) {
      return tryAppend(target);
    } else if (choice < 47) {
      return reservation(target);
    } else if (choice < 55) {
      return appendLater(target);
    } else if (choice < 60) {
      return () -> flush(target);
    } else if (choice < 68) {
      return () -> seal(target);
    } else if (choice < 72) {
      return truncate(target);
    } else if (choice < 90) {
      return read(target);
    } else if (choice < 95) {
      return tail(target);
    } else if (choice < 98) {
      return passing.next(target.store());
    }
    CompressionProfile[] profiles = CompressionProfile.values();
    CompressionProfile profile = profiles[random.nextInt(profiles.length)];
    return () -> target.store().compressionProfile(profile);
  }

  /** Chooses an operation that has segments follow each other, mostly with unforced records. */
  Operation nextRolling(Target target) {
    int choice = random.nextInt(100);
    if (choice < 30) {
      Attempt attempt = attempt(target, new int[] {size()}, Durability.MEMORY);
      return () -> settle(target, attempt, () -> target.stream().append(request(attempt, 0, -1)));
    } else if (choice < 40) {
      return append(target, -1);
    } else if (choice < 55) {
      return batch(target);
    } else if (choice < 65) {
      return tryAppend(target);
    }
    return () -> seal(target);
  }

  // ---- appends

  private Attempt attempt(Target target, int[] sizes, Durability durability) {
    Attempt attempt =
        new Attempt(nextAttempt++, target.client(), sizes, durability, target.model().process());
    target.model().begin(attempt);
    return attempt;
  }

  private int size() {
    return sizes.next(random);
  }

  private Durability durability() {
    int kind = random.nextInt(20);
    return kind < 8 ? Durability.MEMORY : kind < 19 ? Durability.FLUSHED : Durability.ARCHIVED;
  }

  /* -1: none. */
  private long expectation(Target target) {
    return switch (random.nextInt(8)) {
      case 0 -> target.model().written();
      case 1 -> random.nextLong(target.model().written() + 10);
      default -> -1;
    };
  }

  private Operation append(Target target, long expected) {
    Attempt attempt = attempt(target, new int[] {size()}, durability());
    return () ->
        settle(target, attempt, () -> target.stream().append(request(attempt, 0, expected)));
  }

  private static AppendRequest request(Attempt attempt, int index, long expected) {
    AppendRequest.Builder request =
        AppendRequest.builder(attempt.payload(index))
            .durability(attempt.durability)
            .timeout(PATIENCE);
    if (expected >= 0) {
      request.expectedOffset(expected);
    }
    return request.build();
  }

  private Operation batch(Target target) {
    int[] lengths = new int[2 + random.nextInt(LONGEST_BATCH - 1)];
    Arrays.setAll(lengths, i -> sizes.inBatch(random));
    Attempt attempt = attempt(target, lengths, durability());
    return () ->
        settle(
            target,
            attempt,
            () -> {
              List<AppendRequest> requests = new ArrayList<>();
              for (int i = 0; i < lengths.length; i++) {
                requests.add(request(attempt, i, -1));
              }
              return target.stream().appendAll(requests);
            });
  }

  private Operation tryAppend(Target target) {
    Attempt attempt = attempt(target, new int[] {size()}, Durability.MEMORY);
    return () -> {
      AppendResult result = target.stream().tryAppend(attempt.payload(0));
      if (result instanceof Appended appended) {
        acknowledged(target, attempt, appended);
      } else {
        target.model().refused(attempt);
      }
    };
  }

  private Operation reservation(Target target) {
    boolean commit = random.nextInt(4) > 0;
    Attempt attempt = attempt(target, new int[] {size()}, Durability.FLUSHED);
    return () ->
        settle(
            target,
            attempt,
            () -> {
              byte[] payload = attempt.payload(0);
              try (AppendReservation reservation = target.stream().reserve(payload.length)) {
                reservation.buffer().put(0, payload);
                if (commit) {
                  return new Appended(reservation.commit(), Durability.FLUSHED);
                }
              }
              target.model().refused(attempt);
              return null;
            });
  }

  private Operation appendLater(Target target) {
    Attempt attempt = attempt(target, new int[] {size()}, durability());
    return () -> {
      CompletableFuture<Appended> future = target.stream().appendAsync(request(attempt, 0, -1));
      CompletableFuture<Appended> settled =
          future.whenComplete((appended, failure) -> settled(target, attempt, appended, failure));
      if (settled.isCancelled()) {
        throw target.model().violation("an append was cancelled that nobody cancelled: " + attempt);
      }
    };
  }

  /* Nobody sees what a completion throws, so it is kept for the driver. */
  private void settled(
      Target target, Attempt attempt, @Nullable Appended appended, @Nullable Throwable failure) {
    try {
      if (appended != null) {
        acknowledged(target, attempt, appended);
      } else if (failure != null) {
        failed(target, attempt, failure);
      }
    } catch (AssertionError e) {
      tally.violated(e);
    }
  }

  private interface Append {
    @Nullable Appended run();
  }

  private void settle(Target target, Attempt attempt, Append append) {
    try {
      Appended appended = append.run();
      if (appended != null) {
        acknowledged(target, attempt, appended);
      }
    } catch (RuntimeException e) {
      failed(target, attempt, e);
      throw e;
    }
  }

  private void acknowledged(Target target, Attempt attempt, Appended appended) {
    if (appended.durability().compareTo(attempt.durability) < 0) {
      throw target.model().violation("a level was weakened: " + appended + " " + attempt);
    }
    long last = appended.offset() + attempt.sizes.length - 1;
    if (attempt.durability != Durability.ARCHIVED) {
      boolean durable = attempt.durability == Durability.FLUSHED;
      target.model().checkWoken(last, durable, clock.getAsLong());
    }
    tally.acknowledged += attempt.sizes.length;
    target.model().acknowledged(attempt, appended.offset(), attempt.durability);
  }

  private void failed(Target target, Attempt attempt, Throwable failure) {
    boolean late = failure instanceof AppendOutcomeUnknownException;
    if (late && attempt.durability != Durability.ARCHIVED && !diskFailed.getAsBoolean()) {
      // The clock stands still while a thread can run: somebody forgot to wake this one.
      throw target.model().violation("an append came too late on a healthy disk: " + attempt);
    }
    if (failure instanceof BackpressureException || failure instanceof OffsetConflictException) {
      target.model().refused(attempt);
    }
  }

  // ---- the rest

  private static void flush(Target target) {
    AofStream stream = target.stream();
    long end = stream.nextOffset();
    stream.flush();
    target.model().flushed(end);
  }

  private void seal(Target target) {
    long began = clock.getAsLong();
    target.stream().seal();
    if (clock.getAsLong() - began > MOST_SEAL_NANOS && !diskFailed.getAsBoolean()) {
      throw target.model().violation("a seal came too late on a healthy disk");
    }
  }

  private Operation truncate(Target target) {
    double share = random.nextDouble();
    return () -> {
      AofStream stream = target.stream();
      long start = stream.startOffset();
      long below = start + (long) ((stream.nextOffset() - start) * share * share);
      target.model().truncating(below);
      stream.truncateBefore(below);
      target.model().truncated(stream.startOffset());
    };
  }

  private Operation read(Target target) {
    Visibility visibility = random.nextInt(3) == 0 ? Visibility.COMMITTED : Visibility.DURABLE;
    double share = random.nextDouble();
    int most = 1 + random.nextInt(200);
    ReadOptions options =
        ReadOptions.defaults()
            .withVisibility(visibility)
            .withReadAhead(random.nextInt(3))
            .withDeadline(PATIENCE);
    return () -> {
      AofStream stream = target.stream();
      long start = stream.startOffset();
      long from = start + (long) ((stream.durableOffset() - start) * share);
      read(target, ReadFrom.offset(from), from, options, most);
    };
  }

  /** Reads up to {@code most} records and compares them; returns how many there were. */
  long read(Target target, ReadFrom place, long from, ReadOptions options, long most) {
    AofStream stream = target.stream();
    boolean durable = options.visibility() == Visibility.DURABLE;
    Walk walk = target.model().new Walk(from, durable);
    long end = durable ? stream.durableOffset() : stream.nextOffset();
    long count = 0;
    try (AofReader reader = stream.reader(place, options)) {
      while (count < most) {
        AofRecord record = reader.next();
        if (record == null) {
          walk.ended(end);
          break;
        }
        walk.saw(record);
        count++;
      }
    } catch (OffsetOutOfRangeException e) {
      if (walk.next() >= stream.startOffset()) {
        throw target.model().violation("a readable offset is refused: " + e.getMessage());
      }
    }
    tally.read += count;
    return count;
  }

  private Operation tail(Target target) {
    Duration patience = Duration.ofMillis(1 + random.nextInt(300));
    return () -> {
      AofStream stream = target.stream();
      long from = stream.durableOffset();
      Walk walk = target.model().new Walk(from, true);
      try (AofReader reader = stream.reader(ReadFrom.offset(from))) {
        AofRecord record = reader.poll(patience);
        target.model().checkWoken(from, true, clock.getAsLong());
        if (record != null) {
          walk.saw(record);
          tally.read++;
        }
      } catch (OffsetOutOfRangeException e) {
        // Truncated meanwhile.
      }
    };
  }
}
