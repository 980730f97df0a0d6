package io.bop.aof.io;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Threads that nobody interrupts, for short calls that use a channel. The caller waits for the end
 * of its call, whatever happens to it; its interrupt flag stays as it is. Thread-safe. Idle threads
 * end.
 */
final class ChannelThreads {

  private static final long IDLE_SECONDS = 10;

  private final ThreadPoolExecutor executor;

  ChannelThreads() {
    AtomicInteger count = new AtomicInteger();
    executor =
        new ThreadPoolExecutor(
            0,
            Integer.MAX_VALUE, // as many as callers, who all wait
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            task -> {
              Thread thread = new Thread(task, "aof-channel-" + count.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
  }

  /** A call. */
  interface Call<T> {
    /** What is called. */
    T run() throws IOException;
  }

  /** Makes the call and waits for its end. */
  <T> T run(Call<T> call) throws IOException {
    CompletableFuture<Outcome<T>> ended = new CompletableFuture<>();
    executor.execute(() -> ended.complete(outcome(call)));
    return ended.join().get();
  }

  private static <T> Outcome<T> outcome(Call<T> call) {
    try {
      T value = call.run();
      return () -> value;
    } catch (IOException e) {
      return () -> {
        throw e;
      };
    } catch (RuntimeException e) {
      return () -> {
        throw e;
      };
    } catch (Error e) {
      return () -> {
        throw e;
      };
    }
  }

  private interface Outcome<T> {
    T get() throws IOException;
  }
}
