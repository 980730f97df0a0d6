package io.bop.aof.objectstore;

/**
 * The object is there, but where the service does not read it at once. That says nothing about
 * other objects. The reason is {@link ObjectStoreException.Reason#AUTHORIZATION}: somebody must
 * have it restored first.
 */
public final class ArchivedObjectException extends ObjectStoreException {

  private static final long serialVersionUID = 1;

  /** With a message of {@code key=value} facts, and the cause. */
  public ArchivedObjectException(String message, Throwable cause) {
    super(Reason.AUTHORIZATION, message, cause);
  }
}
