package io.bop.aof.read;

import io.bop.aof.manifest.StreamLedger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** How one reader wants to read, and what it has had fetched. Confined to the reader. */
final class Wish {

  private final int ahead;
  private final LongSupplier deadlineNanos;
  private final StreamLedger ledger;
  private final FetchAhead.Taken taken;
  private @Nullable FetchAhead fetched;

  /**
   * Of a reader of that stream.
   *
   * @param ahead how many frames are decompressed ahead; 0: nothing is done ahead
   * @param deadlineNanos until when it may wait now, on the monotonic clock
   * @param taken is told what it has taken of what was fetched from Tier 2
   */
  Wish(int ahead, LongSupplier deadlineNanos, StreamLedger ledger, FetchAhead.Taken taken) {
    this.ahead = ahead;
    this.deadlineNanos = deadlineNanos;
    this.ledger = ledger;
    this.taken = taken;
  }

  int ahead() {
    return ahead;
  }

  LongSupplier deadlineNanos() {
    return deadlineNanos;
  }

  StreamLedger ledger() {
    return ledger;
  }

  FetchAhead.Taken taken() {
    return taken;
  }

  /** What was fetched ahead; null: the reader was never at an object. */
  @Nullable FetchAhead fetched() {
    return fetched;
  }

  void fetched(FetchAhead value) {
    fetched = value;
  }

  /** The reader is closed. */
  void end() {
    FetchAhead current = fetched;
    if (current != null) {
      fetched = null;
      current.close();
    }
  }
}
