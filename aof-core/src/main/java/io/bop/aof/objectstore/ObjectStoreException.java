package io.bop.aof.objectstore;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A call to an object store failed. */
public class ObjectStoreException extends IOException {

  private static final long serialVersionUID = 1L;

  private final Reason reason;

  /** With the reason, a message of {@code key=value} facts, and the cause. */
  public ObjectStoreException(Reason reason, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  /** Why. */
  public Reason reason() {
    return reason;
  }

  /** Why a call failed; the codes are those of the manifest. */
  public enum Reason {
    /** Throttled, busy, or a fault of the service. */
    TRANSIENT(0, true),
    /** Bytes are not what they should be. */
    CORRUPT(1, false),
    /** Credentials are wrong, or they do not permit this. */
    AUTHORIZATION(2, false),
    /** The bucket or the network is not there. */
    UNAVAILABLE(3, true),
    /** There is no such object. */
    MISSING(4, false),
    /** The store has no room. */
    NO_SPACE(5, false),
    /** No answer in time. */
    TIMEOUT(6, true),
    /** Ended by shutdown. */
    CANCELLED(7, false);

    private final int code;
    private final boolean retryable;

    Reason(int code, boolean retryable) {
      this.code = code;
      this.retryable = retryable;
    }

    /** Its number in the manifest. */
    public int code() {
      return code;
    }

    /** Whether the same call may succeed a little later. */
    public boolean retryable() {
      return retryable;
    }
  }
}
