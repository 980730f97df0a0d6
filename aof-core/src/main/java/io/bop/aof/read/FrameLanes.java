package io.bop.aof.read;

import io.bop.aof.tier1.LoadTimeoutException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The lanes of one reader: those that work ahead, in the order of their frames, and idle ones. */
final class FrameLanes {

  private final Supplier<FrameLane> maker;
  private final Deque<FrameLane> busy = new ArrayDeque<>();
  private final Deque<FrameLane> idle = new ArrayDeque<>();

  FrameLanes(Supplier<FrameLane> maker) {
    this.maker = maker;
  }

  /** One that does nothing; given back by {@link #recycle}. */
  FrameLane idle() {
    FrameLane lane = idle.poll();
    return lane != null ? lane : maker.get();
  }

  /** It works ahead, behind those that do. */
  void ahead(FrameLane lane) {
    busy.addLast(lane);
  }

  /** How many work ahead. */
  int ahead() {
    return busy.size();
  }

  /** Takes out the first that works ahead, if it works on that frame; null: it does not. */
  @Nullable FrameLane poll(int frame) {
    FrameLane first = busy.peekFirst();
    return first == null || first.frame() != frame ? null : busy.pollFirst();
  }

  /** The frame behind the last that is worked on ahead; {@code otherwise} when none is. */
  int next(int otherwise) {
    FrameLane last = busy.peekLast();
    return last == null ? otherwise : last.frame() + 1;
  }

  /** Waits for a lane that was taken out; it is ended when that fails. */
  static void await(FrameLane lane, long segmentId, long deadlineNanos) throws IOException {
    boolean done = false;
    try {
      if (!lane.await(deadlineNanos)) {
        throw new LoadTimeoutException("no bytes within the read's deadline: segment=" + segmentId);
      }
      done = true;
    } finally {
      if (!done) {
        lane.close();
      }
    }
  }

  /** Its result was taken. */
  void recycle(FrameLane lane) {
    idle.add(lane);
  }

  /** What was read ahead is of no use; lanes that still work are left to end by themselves. */
  void drop() {
    while (!busy.isEmpty()) {
      busy.removeFirst().close();
    }
  }

  void close() {
    drop();
    while (!idle.isEmpty()) {
      idle.removeFirst().close();
    }
  }
}
