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
 * Fetches and decompresses frames on a worker, ahead of one reader. The reader starts it, waits for
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
  private @Nullable FrameRun run;
  private @Nullable Throwable failure;
  private int first;
  private int count;
  private volatile @Nullable Thread waiter;

  FrameLane(Host host, SeekableTail tail, Opener opener) {
    this.host = host;
    this.tail = tail;
    this.opener = opener;
  }

  /** Has a worker fetch frames; the first one is decompressed there too. */
  void start(WorkerPool pool, int firstFrame, int frames) {
    first = firstFrame;
    count = frames;
    run = null;
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
    int size = tail.frameSize(first);
    if (decompressed.length < size) {
      decompressed = new byte[Math.max(size, Run.SIZE)];
    }
    if (count == 1) {
      reader.readFrame(source(), tail, first, decompressed);
    } else {
      FrameRun fetched = reader.readFrames(source(), tail, first, count);
      reader.decompress(fetched, first, decompressed);
      run = fetched;
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

  /** Whether it brings that frame. */
  boolean holds(int frame) {
    return frame >= first && frame < first + count;
  }

  /** The frame behind the last one it brings. */
  int behind() {
    return first + count;
  }

  /** Puts a frame that it brought into the run. */
  void take(int frame, Run target) {
    if (frame == first) {
      decompressed = target.exchange(decompressed);
      return;
    }
    FrameRun fetched = run;
    if (fetched == null) {
      throw new IllegalStateException("frame was not fetched: frame=" + frame);
    }
    reader.decompress(fetched, frame, target.buffer(tail.frameSize(frame)));
  }

  /** The first frame it brought, in an array that is the caller's from now on. */
  byte[] takeFirst() {
    byte[] taken = decompressed;
    decompressed = new byte[0];
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
        run = null;
      }
    }
  }
}
