package io.bop.aof.testkit.torture;

import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What one writing process said so far, judged as it arrives. One thread listens; others wait for
 * what they need. Thread-safe; the history belongs to the listening thread until the end.
 */
final class Conversation {

  private final InputStream pipe;
  private final History history;

  private Phase phase = Phase.STARTED;
  private long read;
  private long acknowledged;
  private long seen;
  private int archivesFound;
  private long refused;
  private long diskFull;
  private Message.@Nullable Opened opened;
  private boolean ended;
  private @Nullable Throwable failure;

  Conversation(InputStream pipe, History history) {
    this.pipe = pipe;
    this.history = history;
  }

  /** How far a process has come. */
  enum Phase {
    STARTED,
    OPENING,
    OPEN,
    VERIFIED,
    CLOSED,
    REFUSED
  }

  // ---- listening

  /** Listens until the process is dead and everything it said was heard. */
  void listen() {
    try (pipe) {
      for (Message message = MessageCodec.decode(pipe);
          message != null;
          message = MessageCodec.decode(pipe)) {
        history.accept(message);
        count(message);
      }
      end(null);
    } catch (IOException | RuntimeException | Error e) {
      end(e);
    }
  }

  private synchronized void end(@Nullable Throwable cause) {
    failure = cause;
    ended = true;
    notifyAll();
  }

  private synchronized void count(Message message) {
    if (message instanceof Message.Acknowledged) {
      acknowledged++;
    } else if (message instanceof Message.Refused m) {
      if (m.refusal() == Message.Refusal.DISK_FULL) {
        diskFull++;
      } else {
        refused++;
      }
    } else if (message instanceof Message.RecordRead) {
      read++;
    } else if (message instanceof Message.Seen) {
      seen++;
    } else if (message instanceof Message.ArchivedFound) {
      archivesFound++;
    } else if (message instanceof Message.Opening) {
      phase = Phase.OPENING;
    } else if (message instanceof Message.Opened m) {
      phase = Phase.OPEN;
      opened = m;
    } else if (message instanceof Message.Verified) {
      phase = Phase.VERIFIED;
    } else if (message instanceof Message.Closed) {
      phase = Phase.CLOSED;
    } else if (message instanceof Message.OpenRefused) {
      phase = Phase.REFUSED;
    }
    notifyAll();
  }

  // ---- waiting

  /**
   * Waits until it holds, the process ended, or the time is over.
   *
   * @return whether it holds
   * @throws Violation when what was said breaks a promise
   */
  synchronized boolean await(Predicate<Conversation> condition, long millis)
      throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    while (!condition.test(this) && !ended) {
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        return false;
      }
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
    checkFailure();
    return condition.test(this);
  }

  /** Throws what went wrong. */
  synchronized void checkFailure() {
    if (failure instanceof Violation violation) {
      throw violation;
    }
    if (failure != null) {
      throw new IllegalStateException("cannot understand the writing process", failure);
    }
  }

  // ---- what was said so far

  /** How far the process has come. */
  synchronized Phase phase() {
    return phase;
  }

  /** Records told after the start. */
  synchronized long read() {
    return read;
  }

  /** Steps acknowledged. */
  synchronized long acknowledged() {
    return acknowledged;
  }

  /** Records told by readers. */
  synchronized long seen() {
    return seen;
  }

  /** Streams whose archived offset is known again. */
  synchronized int archivesFound() {
    return archivesFound;
  }

  /** Steps refused for another reason than a full disk. */
  synchronized long refused() {
    return refused;
  }

  /** Steps refused because the disk is full. */
  synchronized long diskFull() {
    return diskFull;
  }

  /** What the open found; null when it did not come so far. */
  synchronized Message.@Nullable Opened opened() {
    return opened;
  }

  /** Whether the process has gone and all it said was heard. */
  synchronized boolean ended() {
    return ended;
  }
}
