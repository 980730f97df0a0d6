package io.bop.aof.read;

import io.bop.aof.io.Host;
import io.bop.aof.io.Threads.WorkerPool;
import io.bop.aof.zstd.FrameReader;
import io.bop.aof.zstd.FrameRun;
import io.bop.aof.zstd.RangeSource;
import io.bop.aof.zstd.SeekableTail;
import java.io.Closeable;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Brings and decompresses a frame on a worker, ahead of one reader. The reader starts it, waits for
 * it and takes what it brought; between start and done the worker owns it.
 */
final class FrameLane {

  private enum State {
    IDLE,
    RUNNING,
    DONE,
    CLOSED
  }

  /** A source that only one thread uses at a time. */
  interface Opener {
    /** Opens it; it is closed with the lane if it is {@link Closeable}. */
    RangeSource open() throws IOException;
  }

  private final Host host;
  private final SeekableTail tail;
  private final Opener opener;
  private final FrameReader reader = new FrameReader();
  private final AtomicReference<State> state = new AtomicReference<>(State.IDLE);

  private @Nullable RangeSource source;
  private byte[] decompressed = new byte[0];
  private @Nullable FrameRun fetched;
  private @Nullable Throwable failure;
  private int frame = -1;
  private volatile @Nullable Thread waiter;

  FrameLane(Host host, SeekableTail tail, Opener opener) {
    this.host = host;
    this.tail = tail;
    this.opener = opener;
  }

  /** Has a worker read a frame and decompress it. */
  void start(WorkerPool pool, int wanted) {
    start(pool, wanted, null);
  }

  /**
   * Has a worker decompress a frame.
   *
   * @param run that has its bytes; null: they are read from the source
   */
  void start(WorkerPool pool, int wanted, @Nullable FrameRun run) {
    frame = wanted;
    fetched = run;
    failure = null;
    state.set(State.RUNNING);
    pool.execute(this::work);
  }

  private void work() {
    try {
      load();
    } catch (IOException | RuntimeException | Error e) {
      failure = e;
    }
    if (!state.compareAndSet(State.RUNNING, State.DONE)) {
      release();
    }
    Thread thread = waiter;
    if (thread != null) {
      host.threads().unpark(thread);
    }
  }

  private void load() throws IOException {
    int size = tail.frameSize(frame);
    if (decompressed.length < size) {
      decompressed = new byte[Math.max(size, Run.SIZE)];
    }
    FrameRun run = fetched;
    if (run == null) {
      reader.readFrame(source(), tail, frame, decompressed);
    } else {
      reader.decompress(run, frame, decompressed);
    }
  }

  private RangeSource source() throws IOException {
    RangeSource current = source;
    if (current == null) {
      current = opener.open();
      source = current;
    }
    return current;
  }

  /**
   * Waits until the worker is done.
   *
   * @return false when the deadline passed, or the thread was interrupted
   * @throws IOException what the worker met
   */
  boolean await(long deadlineNanos) throws IOException {
    waiter = Thread.currentThread();
    while (state.get() == State.RUNNING) {
      long left = deadlineNanos - host.time().nanoTime();
      if (left <= 0 || Thread.currentThread().isInterrupted()) {
        return false;
      }
      host.threads().parkForSignal(this, left);
    }
    waiter = null;
    Throwable met = failure;
    if (met instanceof IOException e) {
      throw e;
    } else if (met instanceof RuntimeException e) {
      throw e;
    } else if (met instanceof Error e) {
      throw e;
    }
    return true;
  }

  /** The frame that it brings. */
  int frame() {
    return frame;
  }

  /** Puts the frame that it brought into the run. */
  void take(Run target) {
    decompressed = target.exchange(decompressed);
    fetched = null;
  }

  /** The frame that it brought, in an array that is the caller's from now on. */
  byte[] takeArray() {
    byte[] taken = decompressed;
    decompressed = new byte[0];
    fetched = null;
    return taken;
  }

  /** Ends it, at once or when its worker is done. */
  void close() {
    if (state.getAndSet(State.CLOSED) != State.RUNNING) {
      release();
    }
  }

  private void release() {
    reader.close();
    if (source instanceof Closeable closeable) {
      try {
        closeable.close();
      } catch (IOException e) {
        // Nothing was written through it; there is nothing to lose.
        fetched = null;
      }
    }
  }
}
