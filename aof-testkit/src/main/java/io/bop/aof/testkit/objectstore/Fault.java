package io.bop.aof.testkit.objectstore;

import io.bop.aof.objectstore.ObjectStoreException.Reason;
import java.time.Duration;

/** What goes wrong with a call to an object store. */
public sealed interface Fault {

  /** A service that is throttling or broken: HTTP 409, 500 and 503. */
  Fault THROTTLED = new Fails(Reason.TRANSIENT);

  /** A network or bucket that is not there. */
  Fault UNREACHABLE = new Fails(Reason.UNAVAILABLE);

  /** The call fails before anything was done. */
  record Fails(Reason reason) implements Fault {}

  /** The call is carried out, but its answer does not arrive. */
  record AnswerLost(Reason reason) implements Fault {}

  /** The call takes that much longer. */
  record Slow(Duration by) implements Fault {}

  /**
   * The call never ends by itself.
   *
   * @param hearsInterrupts whether an interrupt ends it; otherwise only {@link
   *     FaultyObjectStore#release()} does
   */
  record Hangs(boolean hearsInterrupts) implements Fault {}

  /**
   * The connection breaks in the middle: of a range a part arrives, of a put or a whole object
   * nothing.
   *
   * @param share of the range that arrives, 0 to 1
   */
  record BodyCut(double share) implements Fault {}

  /** One bit of what arrives is wrong, and nobody says so. Reads only. */
  record BodyCorrupted() implements Fault {}

  /** Another writer is faster by a moment. Puts only. */
  @SuppressWarnings("ArrayRecordComponent")
  record Rival(byte[] bytes) implements Fault {}

  /** The newest objects are missing from the listing. Lists only. */
  record StaleList(int missing) implements Fault {}
}
